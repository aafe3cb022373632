"""Run several scripts in this process, one after the other; it works under Python 2.7 and Jython too.

On standard input: a JSON list, of which each item is a script with its words. On standard output: a JSON list
of ``[status, stdout, stderr]``. To start some interpreters takes seconds, which each script would cost again.
"""

import json
import os
import sys
import traceback

try:
    from StringIO import StringIO
except ImportError:
    from io import StringIO


def main():
    items = json.loads(sys.stdin.read())
    answers = [attempt([str(word) for word in item]) for item in items]
    sys.stdout.write(json.dumps(answers))


def attempt(words):
    streams = sys.stdout, sys.stderr
    out, err = StringIO(), StringIO()
    sys.argv, sys.stdout, sys.stderr = words, out, err  # the script replaces them again
    sys.path[0] = os.path.dirname(words[0])
    forget_what_lies_in(sys.path[0])
    try:
        status = run(words[0])
        return [status, out.getvalue(), err.getvalue()]
    finally:
        sys.stdout, sys.stderr = streams


def forget_what_lies_in(folder):
    """Let each script have the shared code afresh: it keeps what one of them lacked."""
    for name, module in list(sys.modules.items()):
        if os.path.dirname(getattr(module, "__file__", None) or "") == folder and name != "__main__":
            del sys.modules[name]


def run(script):
    with open(script) as file:
        code = compile(file.read(), script, "exec")
    try:
        exec(code, {"__name__": "__main__", "__file__": script})
    except SystemExit as end:
        return end.code or 0
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    main()

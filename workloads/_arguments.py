"""What a workload script is asked on its command line.

A parser of its own: argparse takes a fifth of a second to import on the slower interpreters.
"""


class UsageError(Exception):
    """The command line asks for something that can't be; one sentence."""


class Arguments(object):
    """One command line, with the workload's defaults for what it leaves out."""

    def __init__(self, workload):
        self.workload = workload
        self.strategy = workload.strategies[0]
        self.workers = None
        self.units = 24
        self.loops = None
        self.iterations = None
        self.seconds = None
        self.calibrate = None
        self.turns = False
        self.param = {}
        self.describe = False
        self.help = False


def parse(words, workload):
    """Read a command line for a workload.

    Raises UsageError.
    """
    arguments = Arguments(workload)
    left = list(words)
    while left:
        name, value = split_option(left.pop(0))
        if name in SWITCHES:
            take_switch(arguments, name, value)
        elif name in OPTIONS:
            if value is None:
                value = left.pop(0) if left else None
            take_option(arguments, name, value)
        else:
            raise UsageError("there is no option %s; --help lists them" % name)
    check_together(arguments)
    fill_in(arguments)
    return arguments


def split_option(word):
    """('--name', 'value') of --name=value; the value is None where there is no '='."""
    if word == "-h":
        word = "--help"
    name, equals, value = word.partition("=")
    return name, (value if equals else None)


def take_switch(arguments, name, value):
    if value is not None:
        raise UsageError("%s takes no value" % name)
    setattr(arguments, name[2:], True)


def take_option(arguments, name, value):
    if value is None:
        raise UsageError("%s needs a value" % name)
    OPTIONS[name](arguments, name, value)


def check_together(arguments):
    first = arguments.workload.strategies[0]
    if arguments.strategy not in arguments.workload.strategies:
        known = ", ".join(arguments.workload.strategies)
        raise UsageError(
            "%s can't be spread by --strategy %s, but by: %s"
            % (arguments.workload.name, arguments.strategy, known)
        )
    if arguments.calibrate is not None and arguments.strategy != first:
        raise UsageError("--calibrate finds the loops with --strategy %s; leave --strategy out" % first)
    check_turns(arguments)
    if arguments.strategy == "serial" and arguments.workers not in (None, 1):
        raise UsageError("serial work has one worker; leave --workers out, or give another --strategy")


def check_turns(arguments):
    for name in ("iterations", "seconds", "calibrate"):
        if arguments.turns and getattr(arguments, name) is not None:
            raise UsageError("--turns does what its input asks for, so leave --%s out" % name)


def fill_in(arguments):
    """What depends on the rest of the line."""
    if arguments.iterations is None:
        arguments.iterations = 3
    if arguments.seconds is None:
        arguments.seconds = 0.0
    if arguments.workers is None:
        arguments.workers = 1 if arguments.strategy == "serial" else 2
    if arguments.loops is None:
        arguments.loops = arguments.workload.loops if arguments.calibrate is None else 1


def take_word(arguments, name, value):
    setattr(arguments, name[2:], value)


def take_count(arguments, name, value):
    count = whole_number(name, value)
    if count < 1:
        raise UsageError("%s must be 1 or more, not %s" % (name, value))
    setattr(arguments, name[2:], count)


def take_seconds(arguments, name, value):
    seconds = number(name, value)
    if seconds <= 0:
        raise UsageError("%s must be more than 0 seconds, not %s" % (name, value))
    setattr(arguments, name[2:], seconds)


def take_parameter(arguments, name, value):
    key, equals, text = value.partition("=")
    if not key or not equals:
        raise UsageError("%s wants KEY=VALUE, not %r" % (name, value))
    arguments.param[key] = text


SWITCHES = ("--turns", "--describe", "--help")
OPTIONS = {
    "--strategy": take_word,
    "--workers": take_count,
    "--units": take_count,
    "--loops": take_count,
    "--iterations": take_count,
    "--seconds": take_seconds,
    "--param": take_parameter,
    "--calibrate": take_seconds,
}


def parameters_of(defaults, given):
    """The workload's parameters: its defaults, and what was given, as the default's type.

    Raises UsageError.
    """
    parameters = dict(defaults)
    for key, text in given.items():
        if key not in defaults:
            known = ", ".join(sorted(defaults)) or "none"
            raise UsageError("there is no parameter %s; this workload has: %s" % (key, known))
        parameters[key] = READERS[type(defaults[key])]("--param " + key, text)
    return parameters


def whole_number(name, text):
    try:
        return int(text)
    except ValueError:
        raise UsageError("%s wants a whole number, not %r" % (name, text))


def number(name, text):
    try:
        value = float(text)
    except ValueError:
        raise UsageError("%s wants a number, not %r" % (name, text))
    if value != value or value in (float("inf"), float("-inf")):
        raise UsageError("%s wants a finite number, not %r" % (name, text))
    return value


def word(_name, text):
    return text


READERS = {int: whole_number, float: number, str: word}


def help_text(workload, script):
    """What --help prints."""
    lines = [
        "usage: python %s [options]" % script,
        "",
        workload.shows,
        "",
        "Prints one line of JSON, last on standard output. Options, with their defaults:",
        "  --strategy NAME      how the work is spread: %s (%s)"
        % (", ".join(workload.strategies), workload.strategies[0]),
        "  --workers N          how many share it (2; 1 if serial)",
        "  --units N            pieces that the whole work is cut into (24)",
        "  --loops N            how often each piece is repeated (%d)" % workload.loops,
        "  --iterations N       how often the whole work is timed (3)",
        "  --seconds SECONDS    time it more often, until these are over (0)",
        "  --param KEY=VALUE    set a parameter, listed below; may be repeated",
        "  --calibrate SECONDS  find the loops that make an iteration this long",
        "  --turns              start, print a line when ready, and then do what each line of standard input",
        "                       asks for, answering with a line; print the contract's line at the end of it:",
        "                         turn, or nothing  wake up, and time the whole work once",
        "                         warm N            time it N times, for a JIT to get warm",
        "                         loops N           repeat each piece N times from now on; forget the times",
        "  --describe           print what this workload is, as a line of JSON",
        "",
        "Parameters:",
    ]
    for key in sorted(workload.parameters):
        lines.append("  %s=%s  %s" % (key, workload.parameters[key], workload.meanings[key]))
    return "\n".join(lines)

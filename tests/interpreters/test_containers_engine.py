from __future__ import annotations

import pytest

from gilometer.environment import NAMED
from gilometer.errors import EngineError
from gilometer.interpreters import containers
from gilometer.interpreters.containers import engine as module
from gilometer.interpreters.containers.engine import (
    OWN,
    SCRATCH,
    WORKLOADS,
    Engine,
    Limits,
    Mount,
    Network,
    default_limits,
    find_engine,
    reason_in,
)
from gilometer.printing import LONGEST_QUOTE
from tests.interpreters.fake_engine import LABELS, FakeEngine

GIB = 1 << 30


@pytest.fixture(autouse=True)
def bin_folder(tmp_path, monkeypatch):
    """A PATH with nothing in it, to which the tests add engines."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("GILOMETER_ENGINE", raising=False)
    return tmp_path / "bin"


@pytest.fixture
def podman(bin_folder):
    return FakeEngine(bin_folder)


# --- which engine -------------------------------------------------------------------------------


def test_without_an_engine_there_is_one_sentence_and_no_image():
    with pytest.raises(EngineError, match="there is no container engine on PATH; podman or docker would do"):
        find_engine()
    assert containers.in_images() == ()
    assert containers.engine_problem() == ""


def test_podman_comes_first(bin_folder, podman):
    FakeEngine(bin_folder, "docker")
    assert find_engine() == Engine("podman", str(podman.path))


def test_docker_serves_where_podman_does_not_work(bin_folder, podman):
    FakeEngine(bin_folder, "docker")
    podman.fails("ps", 'Error: cannot find mappings for user "me": no subuid ranges found')
    assert find_engine().program == "docker"


@pytest.mark.usefixtures("podman")
def test_the_environment_chooses(bin_folder, monkeypatch):
    FakeEngine(bin_folder, "docker")
    monkeypatch.setenv("GILOMETER_ENGINE", "docker")
    assert find_engine().program == "docker"


@pytest.mark.usefixtures("podman")
def test_the_environment_may_choose_only_what_there_is(monkeypatch):
    monkeypatch.setenv("GILOMETER_ENGINE", "lxc")
    with pytest.raises(EngineError, match="GILOMETER_ENGINE is 'lxc'; it may be podman or docker"):
        find_engine()
    assert containers.in_images() == ()
    assert "lxc" in containers.engine_problem()


def test_engines_that_do_not_work_say_why(bin_folder, podman):
    docker = FakeEngine(bin_folder, "docker")
    podman.fails("ps", "Error: no subuid ranges found for user me")
    docker.fails("ps", "Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?")
    with pytest.raises(EngineError) as caught:
        find_engine()
    assert str(caught.value) == (
        "podman is there and doesn't work: no subuid ranges found for user me;"
        " docker is there and doesn't work:"
        " Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?"
    )
    assert containers.engine_problem() == str(caught.value)


def test_one_that_gives_no_answer_is_not_waited_for(podman, monkeypatch):
    monkeypatch.setattr(module, "TIMEOUT_S", 0.2)
    podman.hangs("ps")
    with pytest.raises(EngineError, match=r"podman is there and gives no answer in 0\.2 s"):
        find_engine()


def test_one_that_can_not_be_started_is_a_sentence(podman):
    podman.path.write_text("#!/no/such/interpreter\n")
    with pytest.raises(EngineError, match="podman can't be started: No such file or directory"):
        find_engine()


# --- images -------------------------------------------------------------------------------------


def test_an_image_is_what_its_labels_say(podman):
    image_id = podman.has("localhost/gilometer-jython:latest")
    (image,) = find_engine().images()
    assert (image.id, image.name, image.supervisor) == (image_id, "jython", ("/usr/bin/python3",))
    assert image.commands == (("/usr/bin/java", "-jar", "/jython.jar"),)
    assert (image.recipe, image.base, image.size) == ("0123456789abcdef", "debian:trixie-slim", 428_000_000)
    assert image.created.startswith("2026-11-23T07:38")


def test_its_interpreters_are_candidates(podman):
    image_id = podman.has("localhost/gilometer-jython:latest")
    (candidate,) = containers.in_images()
    assert candidate.command == ("/usr/bin/java", "-jar", "/jython.jar")
    assert (candidate.source, candidate.image, candidate.timeout_s) == ("image jython", image_id, 60.0)


def test_no_image_costs_one_question(podman):
    assert find_engine().images() == ()
    assert [call[0] for call in podman.calls] == ["ps", "images"]


@pytest.mark.parametrize(
    "labels",
    [
        {"gilometer.recipe": "0123456789abcdef"},
        {**LABELS, "gilometer.commands": "java -jar"},
        {**LABELS, "gilometer.supervisor": '"/usr/bin/python3"'},
        {**LABELS, "gilometer.supervisor": "[]"},
        {**LABELS, "gilometer.commands": "[" * 5000},
    ],
)
def test_an_image_with_other_labels_is_none_of_ours(podman, labels):
    podman.has("somebodys:latest", labels)
    assert find_engine().images() == ()


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("echo '\033[31m garbage'", "podman is there and doesn't list images; is it {}?"),
        (
            "case $1 in images) echo 0123;; image) echo '[]';; esac",
            "podman describes its images in another way: Expected `object`, got `array`",
        ),
        ("yes", "podman is there and answers without end; is it {}?"),
    ],
)
def test_an_answer_of_something_else_is_a_sentence(podman, script, complaint):
    podman.path.write_text(f'#!/bin/sh\nPATH=/bin:/usr/bin\n[ "$1" = ps ] && exit\n{script}\n')
    with pytest.raises(EngineError) as told:
        find_engine().images()
    assert str(told.value) == complaint.format(podman.path)
    assert containers.in_images() == ()


def test_an_image_may_vanish(podman):
    engine = find_engine()
    image_id = podman.has("localhost/gilometer-jython:latest")
    assert engine.has(image_id)
    engine.discard(image_id)
    assert not engine.has(image_id)


# --- containers ---------------------------------------------------------------------------------

DOCKER = Engine("docker", "/usr/bin/docker")
PODMAN = Engine("podman", "/usr/bin/podman")


def running(engine: Engine = PODMAN, **options) -> tuple[str, ...]:
    return engine.running("f00", ("/usr/bin/python3", "-c", "pass"), name="one", **options)


def test_a_container_is_confined():
    assert {
        "--rm",
        "--interactive",
        "--name=one",
        "--pull=never",
        "--network=none",
        "--read-only",
        "--cap-drop=all",
        "--security-opt=no-new-privileges",
    } <= set(running())


def test_it_has_this_machine_s_network_only_if_that_is_said():
    words = running(network=Network.HOST)
    assert "--network=host" in words
    assert "--network=none" not in words


def test_the_command_stands_last_whatever_the_image_would_run():
    assert running()[-4:] == ("--entrypoint=/usr/bin/python3", "f00", "-c", "pass")


def test_memory_is_limited_without_swap_beside_it():
    words = running(limits=Limits(memory_bytes=GIB, processes=7))
    assert {f"--memory={GIB}", f"--memory-swap={GIB}", "--pids-limit=7"} <= set(words)


@pytest.mark.parametrize(("machine", "container"), [(1, 1), (3, 2), (4, 2), (24, 12)])
def test_half_of_the_memory_is_left_to_a_machine_that_has_enough(machine, container):
    assert default_limits(machine * GIB).memory_bytes == container * GIB


def test_what_is_mounted_may_be_written_only_if_that_is_said(tmp_path):
    words = running(mounts=[Mount(tmp_path, WORKLOADS), Mount(tmp_path, SCRATCH, read_only=False)])
    assert f"--mount=type=bind,source={tmp_path},target=/gilometer/workloads,readonly" in words
    assert f"--mount=type=bind,source={tmp_path},target=/scratch" in words


def test_a_path_may_hold_what_separates_the_fields(tmp_path):
    words = running(mounts=[Mount(tmp_path / 'a,"b', SCRATCH, read_only=False)])
    assert f'--mount=type=bind,"source={tmp_path}/a,""b",target=/scratch' in words


def test_it_starts_in_the_scratch_folder_if_there_is_one(tmp_path):
    assert "--workdir=/tmp" in running()
    assert "--workdir=/scratch" in running(mounts=[Mount(tmp_path, SCRATCH, read_only=False)])
    both = [Mount(tmp_path, SCRATCH, read_only=False), Mount(tmp_path, OWN)]
    assert "--workdir=/gilometer/own" in running(mounts=both)


def test_it_gets_the_environment_and_a_home_that_it_may_write():
    words = running(environment={"PYTHON_JIT": "1"})
    assert {"--env=HOME=/tmp", "--env=PYTHON_JIT=1"} <= set(words)


def test_it_gets_the_variables_that_the_user_named_and_no_command_line_shows_their_values(monkeypatch):
    monkeypatch.setenv(NAMED, "OF_MINE,PATH,HOME")
    monkeypatch.setenv("OF_MINE", "hunter2")
    words = running()
    assert [word for word in words if word.startswith("--env=")] == ["--env=OF_MINE", "--env=HOME=/tmp"]
    assert not any("hunter2" in word for word in words)


def test_root_is_nobody_in_there(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert "--user=65534:65534" in running()


@pytest.mark.parametrize(("engine", "mapped"), [(PODMAN, True), (DOCKER, False)])
def test_a_user_is_the_same_in_there_so_that_files_stay_theirs(monkeypatch, engine, mapped):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("os.getegid", lambda: 100)
    words = running(engine)
    assert "--user=1000:100" in words
    assert ("--userns=keep-id" in words) == mapped


@pytest.mark.parametrize(
    "complaint", ["Error response from daemon: No such container: x", 'Error: no container with ID "x" found']
)
def test_to_remove_what_is_not_there_is_no_mistake(podman, complaint):
    podman.fails("rm", complaint)
    find_engine().remove("x")
    assert podman.calls[-1] == ["rm", "--force", "x"]


def test_what_can_not_be_removed_is_told(podman):
    podman.fails("rm", "Error: device or resource busy")
    with pytest.raises(EngineError) as told:
        find_engine().remove("x")
    assert str(told.value) == (
        "podman can't remove the container x: device or resource busy;"
        " once it works, type: podman rm --force x"
    )


def test_what_the_engine_removes_itself_meanwhile_is_removed(podman):
    improper = "Error: container state improper: stopped"
    once = f"[ -e {podman.path}.once ] || {{ : > {podman.path}.once; echo {improper} >&2; exit 2; }}"
    podman.path.write_text(f'#!/bin/sh\n[ "$1" = rm ] || exit 0\n{once}\n')
    find_engine().remove("x")


def test_an_engine_that_hangs_in_a_removal_is_told(podman, monkeypatch):
    engine = find_engine()
    monkeypatch.setattr(module, "TIMEOUT_S", 0.2)
    podman.hangs("rm")
    with pytest.raises(EngineError, match=r"can't remove the container x: no answer in 0\.2 s; "):
        engine.remove("x")


def test_an_engine_that_lists_and_can_not_run_is_found_out(podman):
    podman.has("localhost/gilometer-jython:latest")
    assert containers.engine_problem() == ""
    podman.fails("run", "Error: runc: error setting rlimit type 7: operation not permitted")
    assert containers.engine_problem() == (
        "podman is there and doesn't work: runc: error setting rlimit type 7: operation not permitted"
    )


@pytest.mark.parametrize(
    ("words", "telling"),
    [
        ("", "it gives no reason"),
        ("Error: no space left on device.\n", "no space left on device"),
        ('time="2026-11-27T15:56:18Z" level=error msg="no such cgroup"', "no such cgroup"),
        (
            'E: Unable to locate package jython\nError: building at STEP "RUN apt-get": exit status 100\n',
            "E: Unable to locate package jython",
        ),
        (
            "NU1301: no answer\nThe command '/bin/sh -c dotnet' returned a non-zero code: 1\n",
            "NU1301: no answer",
        ),
        (
            "docker: Error response from daemon: No such image: f00\n\nSee 'docker run --help'.\n",
            "No such image: f00",
        ),
        (
            'Error: pinging registry: Get "https://x/v2/": dial tcp: lookup x: no such host',
            "lookup x: no such host",
        ),
    ],
)
def test_of_a_long_complaint_the_telling_line_is_given(words, telling):
    assert reason_in(words) == telling


def test_a_reason_is_short_and_printable():
    assert reason_in("\x1b[31mred\n") == "\\x1b[31mred"
    assert len(reason_in("x" * 5000)) <= LONGEST_QUOTE

"""Errors that a user can cause or correct; only ``cli`` turns them into an exit status."""


class GilometerError(Exception):
    """The base of all errors; its message is one sentence that says what is wrong, where, and what helps."""

    exit_status = 2


class UsageError(GilometerError):
    """The command line asks for something that can't be."""


class LocationError(GilometerError):
    """The user has no home folder, or the working folder is gone."""


class MatrixError(GilometerError):
    """A TOML file of the matrix is wrong; the sentence names the file and the key."""


class WorkloadError(GilometerError):
    """A workload script can't describe itself."""


class RunFolderError(GilometerError):
    """A run's folder is missing, damaged, made by a newer schema, or holds another plan."""


class ProvisionError(GilometerError):
    """An interpreter could not be fetched; the run goes on without it."""


class EngineError(GilometerError):
    """podman or docker is absent, doesn't work, or could not do what it was asked for."""


class NoEngineError(EngineError):
    """Neither podman nor docker is there and works."""


class OwnCodeError(GilometerError):
    """The user's own function raised something, hung or ended its process."""

    exit_status = 1


class ServiceError(GilometerError):
    """A server that workloads talk to can't be started; the run goes on without these workloads."""


class MachineError(GilometerError):
    """A limit of the machine or of this user is reached."""

    exit_status = 1


class InterruptedRunError(GilometerError):
    """Ctrl-C or another signal ended what was under way; the sentence has the command that goes on."""

    exit_status = 130

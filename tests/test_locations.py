from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from gilometer import locations
from gilometer.errors import LocationError


def test_a_checkout_has_the_workloads_beside_the_package():
    assert locations.workloads_folder() == Path(__file__).parents[1] / "workloads"


def test_an_installed_package_has_them_inside(tmp_path, monkeypatch):
    monkeypatch.setattr(locations, "PACKAGE", tmp_path)
    (tmp_path / "workloads").mkdir()
    assert locations.workloads_folder() == tmp_path / "workloads"


def test_the_cache_is_where_the_platform_keeps_caches(monkeypatch):
    monkeypatch.delenv("GILOMETER_CACHE", raising=False)
    assert locations.cache_folder() == platformdirs.user_cache_path("gilometer")


def test_the_environment_names_another_cache(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ann")
    monkeypatch.setenv("GILOMETER_CACHE", "~/scratch")
    assert locations.cache_folder() == Path("/home/ann/scratch")


def test_what_the_user_wrote_is_where_the_platform_keeps_that(monkeypatch):
    monkeypatch.delenv("GILOMETER_CONFIG")
    assert locations.config_folder() == platformdirs.user_config_path("gilometer")


def test_the_environment_names_another_folder_for_it(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ann")
    monkeypatch.setenv("GILOMETER_CONFIG", "~/settings")
    assert locations.config_folder() == Path("/home/ann/settings")


@pytest.mark.parametrize("folder", [locations.cache_folder, locations.config_folder, locations.home_folder])
def test_a_user_without_a_home_is_told_what_to_set(folder, monkeypatch):
    def fail(*_: object) -> None:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.delenv("GILOMETER_CACHE", raising=False)
    monkeypatch.delenv("GILOMETER_CONFIG", raising=False)
    monkeypatch.setattr(platformdirs, "user_cache_path", fail)
    monkeypatch.setattr(platformdirs, "user_config_path", fail)
    monkeypatch.setattr(Path, "home", fail)
    with pytest.raises(LocationError, match="this user has no home folder; set HOME"):
        folder()


def test_a_working_folder_that_is_gone_is_refused(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(LocationError, match="the working folder is gone"):
        locations.check_working_folder()

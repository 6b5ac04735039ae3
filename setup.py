"""The wheel: CMake builds the module, setuptools packs it. All else about it stands in pyproject.toml."""

import pathlib
import re
import shutil
import subprocess
import sys

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = pathlib.Path(__file__).resolve().parent


class CMakeBuild(build_ext):
    def build_extension(self, extension):
        build = pathlib.Path(self.build_temp).resolve()
        without = [f"-DUNDERSTUDY_{part}=OFF" for part in ("TESTS", "BENCH", "DAEMON")]
        python = f"-DPYTHON_EXECUTABLE={sys.executable}"
        subprocess.run(
            ["cmake", "-S", ROOT, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", python, *without], check=True
        )
        subprocess.run(["cmake", "--build", build, "--target", "understudy_python"], check=True)
        (module,) = (build / "python/understudy").glob("_understudy.*.so")
        target = pathlib.Path(self.get_ext_fullpath(extension.name))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(module, target)


(ROOT / "build").mkdir(exist_ok=True)  # for what setuptools writes on its way
version = re.search(r"project\(understudy VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
setup(version=version, ext_modules=[Extension("understudy._understudy", [])], cmdclass={"build_ext": CMakeBuild})

"""The Debian package on a bare Debian 12: installed, used, upgraded, removed.

Makes the package with cpack and a system with debootstrap, so it needs root and the network; where
it has none it says so and is passed over. TEST_DEBIAN names a folder that debootstrap has filled
before: it is copied, which is quicker.
"""

import gzip
import http.client
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import tempfile
import unittest
import zlib

import program

BUILD_SECONDS_MAX = 1200
SERVES_WITHIN_SECONDS = 30
CONFIGURATION = "/etc/cartograph/cartograph.toml"


def what_is_missing():
    if os.geteuid() != 0:
        return "is not root"
    for tool in ("cpack", "debootstrap", "dpkg-shlibdeps", "unshare"):
        if not shutil.which(tool):
            return f"has no {tool}"
    try:
        socket.create_connection(("deb.debian.org", 80), timeout=10).close()
    except OSError as error:
        return f"does not reach deb.debian.org: {error}"
    return ""


def grey_rows(png):
    """The rows of an RGB image of 8 bits, each as the darkest of a pixel's colours."""
    data, width, at = b"", 0, 8
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at:at + 8])
        if kind == b"IHDR":
            width, _, depth, colour = struct.unpack(">IIBB", png[at + 8:at + 18])
            assert (depth, colour) == (8, 2), "an image of another kind"
        if kind == b"IDAT":
            data += png[at + 8:at + 8 + size]
        at += size + 12
    data, stride = zlib.decompress(data), 3 * width
    above = bytearray(stride)
    for start in range(0, len(data), stride + 1):
        kind, row = data[start], bytearray(data[start + 1:start + 1 + stride])
        for i in range(stride):
            left, up = (row[i - 3] if i >= 3 else 0), above[i]
            corner = above[i - 3] if i >= 3 else 0
            if kind == 4:
                nearest = min((left, up, corner), key=lambda c: abs(left + up - corner - c))
            row[i] = (row[i] + (0, left, up, (left + up) // 2, nearest if kind == 4 else 0)[kind]
                      ) & 255
        yield [min(row[i:i + 3]) for i in range(0, stride, 3)]
        above = row


def shapes_of_title(png):
    """How many of the columns of pixels through the title differ: letters make many, and the boxes
    that stand for letters without a font, few."""
    height = struct.unpack(">I", png[20:24])[0]
    rows = [row for row, _ in zip(grey_rows(png), range(height // 12))]
    return len({tuple(value < 128 for value in column) for column in zip(*rows)})


@unittest.skipIf(what_is_missing(), f"this machine {what_is_missing()}")
class Package(program.TestCase):
    """In order of their numbers: what was installed first is removed last."""

    @classmethod
    def setUpClass(cls):
        cls.place = pathlib.Path(tempfile.mkdtemp(prefix="cartograph-package-"))
        cls.addClassCleanup(shutil.rmtree, cls.place)
        cls.debian = cls.place / "debian"
        subprocess.run(["cpack", "-G", "DEB", "-B", cls.place / "made"], cwd=program.PROGRAM.parent,
                       check=True, capture_output=True, timeout=BUILD_SECONDS_MAX)
        cls.file, = (cls.place / "made").glob("*.deb")
        if "TEST_DEBIAN" in os.environ:
            # Not copytree, which would read what is in /dev.
            subprocess.run(["cp", "--archive", os.environ["TEST_DEBIAN"], cls.debian], check=True)
        else:
            subprocess.run(["debootstrap", "--variant=minbase", "bookworm", cls.debian], check=True,
                           capture_output=True, timeout=BUILD_SECONDS_MAX)
        shutil.copy("/etc/resolv.conf", cls.debian / "etc/resolv.conf")
        shutil.copy(cls.file, cls.debian / "cartograph.deb")
        cls.inside("apt-get", "update")
        cls.install()

    @classmethod
    def install(cls):
        cls.inside("apt-get", "install", "--yes", "--no-install-recommends", "--reinstall",
                   "./cartograph.deb")

    @classmethod
    def command(cls, *words, user="root"):
        """What runs a program inside, with /proc, as one user."""
        return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "chroot", str(cls.debian),
                "sh", "-c", f'mount -t proc proc /proc; cd /; exec setpriv --reuid={user} '
                f'--regid={user} --init-groups "$@"', "sh", *map(str, words)]

    @classmethod
    def inside(cls, *words, user="root", **variables):
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
                       "DEBIAN_FRONTEND": "noninteractive", **variables}
        done = subprocess.run(cls.command(*words, user=user), env=environment, cwd="/",
                              capture_output=True, text=True, timeout=BUILD_SECONDS_MAX)
        if done.returncode != 0:
            raise AssertionError(f"{words}: {done.returncode}\n{done.stdout[-2000:]}{done.stderr}")
        return done.stdout

    def cartograph(self, *words, **variables):
        return self.inside("cartograph", *words, "--config", CONFIGURATION, user="cartograph",
                           **variables)

    def path(self, absolute):
        return self.debian / absolute.lstrip("/")

    def test_1_knows_nothing_of_the_machine_that_built_it(self):
        installed = self.path("/usr/bin/cartograph").read_bytes()
        for place in (program.HERE.parent, program.PROGRAM.parent, pathlib.Path.home()):
            self.assertNotIn(f"{place}/".encode(), installed)

    def test_2_brings_its_manual_its_completions_and_its_licences(self):
        page = gzip.decompress(self.path("/usr/share/man/man1/cartograph.1.gz").read_bytes())
        self.assertIn(b"quarantine export", page)
        for shell, file in {"bash": "bash-completion/completions/cartograph",
                            "zsh": "zsh/vendor-completions/_cartograph",
                            "fish": "fish/vendor_completions.d/cartograph.fish"}.items():
            self.assertEqual(self.path(f"/usr/share/{file}").read_text(),
                             self.inside("cartograph", "completion", shell))
        licences = self.path("/usr/share/doc/cartograph/copyright").read_text()
        for line in self.inside("cartograph", "--version").splitlines():
            self.assertIn(line.replace("with", "").strip().lower(), licences.lower())

    def test_3_runs_reports_and_serves_as_its_user(self):
        folder = "/var/lib/cartograph"
        self.cartograph("generate", "--out", f"{folder}/landing", "--days", "40", "--orders",
                        "3000", "--noise", "0.01")
        self.assertIn(": published in ", self.cartograph("run"))
        chart = self.path(f"{folder}/data/reports/latest/net_revenue.png").read_bytes()
        self.assertGreater(shapes_of_title(chart), 100, "the chart has no text")
        # What such a chart looks like where no font is installed.
        self.path("/etc/no-fonts.conf").write_text("<fontconfig></fontconfig>\n")
        self.cartograph("report", "--out", f"{folder}/mute", FONTCONFIG_FILE="/etc/no-fonts.conf")
        mute = self.path(f"{folder}/mute/net_revenue.png").read_bytes()
        self.assertLess(shapes_of_title(mute), 30)
        if "TEST_KEEP" in os.environ:
            shutil.copy(self.path(f"{folder}/data/reports/latest/net_revenue.png"),
                        os.environ["TEST_KEEP"])
        self.expect_service(folder)

    def expect_service(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        serving = subprocess.Popen(self.command(
            "cartograph", "serve", "--config", CONFIGURATION, "--port", port, user="cartograph"),
            cwd=folder if os.path.isdir(folder) else "/", stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        try:
            serving.stdout.readline()  # its address, once it answers
            for path, said in {"/readyz": b"", "/": b"<html", "/docs": b"<html",
                               "/metrics/daily": b'"net_revenue"'}.items():
                self.assertIn(said, self.fetch(port, path))
        finally:
            serving.kill()
            serving.wait()
            serving.stdout.close()

    def fetch(self, port, path):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SERVES_WITHIN_SECONDS)
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        self.assertEqual(answer.status, 200, text[:500])
        return text

    def test_4_its_configuration_is_the_service_s_secret(self):
        status = self.path(CONFIGURATION).stat()
        self.assertEqual(status.st_mode & 0o777, 0o640)
        self.assertEqual(status.st_uid, 0)
        nobody = self.command("cat", CONFIGURATION, user="nobody")
        self.assertNotEqual(subprocess.run(nobody, capture_output=True, check=False).returncode, 0)

    def test_5_its_unit_is_in_order(self):
        self.inside("apt-get", "install", "--yes", "--no-install-recommends", "systemd")
        unit = "/lib/systemd/system/cartograph.service"
        done = subprocess.run(self.command("systemd-analyze", "verify", "--man=no", unit),
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_6_an_upgrade_keeps_what_was_configured(self):
        configuration = self.path(CONFIGURATION)
        changed = configuration.read_text().replace("port = 8080", "port = 8081")
        configuration.write_text(changed)
        self.install()
        self.assertEqual(configuration.read_text(), changed)

    def test_7_data_outlive_a_purge(self):
        kept = self.path("/var/lib/cartograph/data/warehouse.duckdb")
        before = kept.stat()
        self.inside("apt-get", "purge", "--yes", "cartograph")
        self.assertEqual((kept.stat().st_size, kept.stat().st_uid),
                         (before.st_size, before.st_uid))
        self.assertFalse(self.path(CONFIGURATION).exists())
        self.assertFalse(self.path("/usr/lib/cartograph").exists())


if __name__ == "__main__":
    program.main()

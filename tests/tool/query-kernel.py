#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What "fd-shmem query" says of real mounts, regions and processes, as root and not as root; every
answer is checked against the schema.

usage: query-kernel.py FD_SHMEM SCHEMA_DIRECTORY

Needs root, a mount namespace of its own, and some huge pages, which go back at the end.
"""

import ctypes
import json
import mmap
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest

TOOL, SCHEMAS = sys.argv[1:3]
SKIP = 77
HUGE = 2 << 20
MAP_HUGETLB, MFD_HUGETLB, SHM_HUGETLB = 0x40000, 4, 0o4000
POOL = "/sys/devices/system/node/node0/hugepages/hugepages-2048kB/"
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.shmat.restype = ctypes.c_void_p


def read_number(path):
    with open(path, encoding="ascii") as file:
        return int(file.read())


def private_mounts():
    clone_newns, ms_rec, ms_private = 0x20000, 0x4000, 1 << 18
    return (LIBC.unshare(clone_newns) == 0
            and LIBC.mount(b"none", b"/", None, ms_rec | ms_private, None) == 0)


class Pages:
    """COUNT free huge pages more than there are; given back at the end."""

    def __init__(self, count):
        self.count = count
        self.before = read_number(POOL + "nr_hugepages") - read_number(POOL + "surplus_hugepages")

    def write(self, number):
        with open(POOL + "nr_hugepages", "w", encoding="ascii") as file:
            file.write(str(number))

    def __enter__(self):
        self.write(self.before + self.count)
        return read_number(POOL + "nr_hugepages") >= self.before + self.count

    def __exit__(self, *_):
        self.write(self.before)


def touch(memory, pages=1):
    for i in range(pages):
        memory[i * HUGE] = 1
    return memory


def in_child(base, ready):
    """Has one of everything until it is killed."""
    kept = []
    region = os.open(f"{base}/.huge/region one", os.O_RDWR | os.O_CREAT, 0o640)
    os.ftruncate(region, 4 * HUGE)
    kept.append(touch(mmap.mmap(region, 4 * HUGE), 3))
    gone = os.open(f"{base}/.huge/gone", os.O_RDWR | os.O_CREAT, 0o600)
    os.ftruncate(gone, HUGE)
    kept.append(touch(mmap.mmap(gone, HUGE)))
    os.close(gone)
    os.unlink(f"{base}/.huge/gone")
    kept.append(os.open(f"{base}/.normal/\x1b[31mred\n", os.O_RDWR | os.O_CREAT, 0o600))
    os.close(os.open(f"{base}/.normal/".encode() + b"bad\xff", os.O_RDWR | os.O_CREAT, 0o600))
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_HUGETLB
    kept.append(touch(mmap.mmap(-1, 2 * HUGE, flags=flags), 2))
    memfd = os.memfd_create("mem x", MFD_HUGETLB)
    os.ftruncate(memfd, HUGE)
    kept.append(touch(mmap.mmap(memfd, HUGE)))
    segment = LIBC.shmget(0, HUGE, SHM_HUGETLB | 0o1600)
    address = LIBC.shmat(segment, None, 0)
    ctypes.memset(address, 1, 1)
    LIBC.shmctl(segment, 0, None)  # IPC_RMID: goes with us
    os.chdir(f"{base}/.normal")
    os.write(ready, b"x")
    signal.pause()
    return kept


class QueryTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        with open(os.path.join(SCHEMAS, "query.schema.json"), encoding="utf-8") as file:
            cls.schema = json.load(file)
        with open(os.path.join(SCHEMAS, "query-table.schema.json"), encoding="utf-8") as file:
            cls.table_schema = json.load(file)
        cls.base = tempfile.mkdtemp()
        os.chmod(cls.base, 0o755)
        for name in (".normal", ".huge", ".gigantic"):
            os.mkdir(os.path.join(cls.base, name))
        for kind, options, name in (("hugetlbfs", f"pagesize=2M,min_size={4 * HUGE}", ".huge"),
                                    ("tmpfs", "size=64M", ".normal")):
            subprocess.run(["mount", "-t", kind, "-o", options, "none", f"{cls.base}/{name}"],
                           check=True)
        receiver, sender = os.pipe()
        cls.child = os.fork()
        if cls.child == 0:
            try:
                in_child(cls.base, sender)
            finally:
                os._exit(1)
        os.close(sender)
        assert os.read(receiver, 1) == b"x"
        os.close(receiver)

    @classmethod
    def tearDownClass(cls):
        os.kill(cls.child, signal.SIGKILL)
        os.waitpid(cls.child, 0)
        for name in (".normal", ".huge"):
            subprocess.run(["umount", f"{cls.base}/{name}"], check=True)
        subprocess.run(["rm", "-r", cls.base], check=True)

    def query(self, *arguments, user=None, **environment):
        env = dict(os.environ, FD_SHMEM_PATH=self.base, LC_ALL="C.UTF-8", **environment)
        env.pop("COLUMNS", None) if "COLUMNS" not in environment else None
        return subprocess.run([TOOL, "query", *arguments], env=env, user=user, check=True,
                              capture_output=True).stdout.decode()

    def validate(self, answer, schema):
        try:
            import jsonschema
        except ImportError:
            print("python3-jsonschema is missing: the schema is not checked", file=sys.stderr)
            return answer
        jsonschema.validate(answer, schema)
        return answer

    def answer(self, user=None):
        return self.validate(json.loads(self.query("--json", user=user)), self.schema)

    def table(self, name, *arguments):
        """The rows of a table with all its columns, which are those of the schema."""
        columns = list(self.table_schema["properties"][name]["items"]["properties"])
        answer = json.loads(self.query(f"--table={name}", "-o", ",".join(columns), "-J", *arguments))
        for row in self.validate(answer, self.table_schema)[name]:
            self.assertEqual(list(row), columns)
        return answer[name]

    def domain(self, answer):
        [domain] = [d for d in answer["domains"] if d["path"] == self.base]
        return domain

    def test_domain(self):
        domain = self.domain(self.answer())
        mounts = {m["type"]: m for m in domain["mounts"]}
        self.assertEqual((domain["state"], domain["user"], domain["mode"]),
                         ("unmanaged", "root", "0755"))
        self.assertEqual([mounts[t]["mounted"] for t in ("normal", "huge", "gigantic")],
                         [True, True, False])
        self.assertEqual(mounts["huge"]["claimed"], 4 * HUGE)
        self.assertEqual(mounts["huge"]["used"], 4 * HUGE)  # three of one, one of the deleted
        self.assertEqual(mounts["normal"]["limit"], 64 << 20)
        self.assertEqual([h["pid"] for h in mounts["normal"]["holders"]], [self.child])

    def test_regions(self):
        regions = {r["name"]: r for r in self.domain(self.answer())["regions"]}
        self.assertEqual(set(regions), {"region one", "gone", "\x1b[31mred\n", "bad\ufffd"})
        one = regions["region one"]
        self.assertEqual((one["size"], one["allocated"], one["mode"]), (4 * HUGE, 3 * HUGE, "0640"))
        self.assertEqual(one["nodes"], [{"node": 0, "pages": 3}])
        self.assertEqual([(h["pid"], h["use"]) for h in one["holders"]],
                         [(self.child, ["open", "mapped"])])
        self.assertTrue(regions["gone"]["deleted"])
        self.assertEqual([h["pid"] for h in regions["gone"]["holders"]], [self.child])
        self.assertEqual(regions["bad\ufffd"]["name_hex"], b"bad\xff".hex())
        self.assertEqual(regions["bad\ufffd"]["holders"], [])

    def test_others(self):
        uses = {u["kind"]: u for u in self.answer()["other_users"] if u["pid"] == self.child}
        self.assertEqual({k: u["allocated"] for k, u in uses.items()},
                         {"anonymous": 2 * HUGE, "memfd": HUGE, "sysv": HUGE})
        self.assertEqual(uses["memfd"]["name"], "mem x")
        self.assertEqual(uses["anonymous"]["nodes"], [{"node": 0, "pages": 2}])

    def test_unprivileged(self):
        answer = self.answer(user=65534)
        [use] = [u for u in answer["other_users"] if u["pid"] == self.child]
        self.assertEqual((use["kind"], use["allocated"]), ("unseen", 8 * HUGE))
        self.assertFalse(answer["privileged"])
        self.assertTrue(any("may not be examined" in m for m in answer["missing"]))
        regions = self.domain(answer)["regions"]
        self.assertTrue(all(r["deleted"] is False and r["holders"] == [] for r in regions))
        self.assertIn("Root sees all of it", self.query(user=65534))

    def test_json_modes(self):
        """One answer, in lines or in one; --json=off is none"""
        pretty, short = self.query("--json=pretty"), self.query("--json=short")
        first, second = json.loads(pretty), json.loads(short)
        self.assertEqual(list(first), list(second))
        self.assertEqual(first["page_types"], second["page_types"])
        self.assertEqual(self.domain(first), self.domain(second))
        self.assertEqual(short.count("\n"), 1)
        self.assertGreater(pretty.count("\n"), 10)
        self.assertTrue(self.query("--json=off").startswith("TYPE "))

    def test_pools(self):
        [pool] = [p for p in self.table("pools") if (p["type"], p["node"]) == ("huge", 0)]
        self.assertEqual((pool["page"], pool["total"]), (HUGE, read_number(POOL + "nr_hugepages")))
        line = self.query("--table", "pools", "-nr", "-o", "TYPE,NODE,FREE").splitlines()
        self.assertIn(f"huge 0 {read_number(POOL + 'free_hugepages')}", line)

    def test_region_table(self):
        rows = {r["region"]: r for r in self.table("regions") if r["domain"] == self.base}
        self.assertEqual(set(rows), {"region one", "gone (deleted)", "\x1b[31mred\n", "bad\ufffd"})
        one = rows["region one"]
        self.assertEqual((one["size"], one["used"], one["nodes"]), (4 * HUGE, 3 * HUGE, "0:3"))
        self.assertIn(str(self.child), one["held-by"])
        raw = self.query("--table=regions", "-rn", "-o", "REGION,SIZE", "--bytes").splitlines()
        self.assertIn(f"region\\x20one {4 * HUGE}", raw)
        self.assertIn("\\x1b[31mred\\x0a 0", raw)

    def test_holders(self):
        rows = [r for r in self.table("holders") if r["pid"] == self.child]
        has = {(r["kind"], r["name"]): (r["has"], r["use"]) for r in rows}
        self.assertEqual(has["region", "region one"], (3 * HUGE, "open,mapped"))
        self.assertEqual(has["directory", ".normal"], (None, "cwd"))
        self.assertEqual(has["anonymous", None], (2 * HUGE, None))
        self.assertEqual(has["memfd", "mem x"], (HUGE, None))

    def test_domains(self):
        [row] = [r for r in self.table("domains") if r["path"] == self.base]
        self.assertEqual((row["domain"], row["state"], row["mode"]), (None, "unmanaged", "0755"))

    def test_wrong_words(self):
        """Each says what there is, prints nothing else, and fails"""
        for words, said in ((("--table=pool",), "expected pools, domains"),
                            (("--table=pools", "-o", "NOED"), "did you mean NODE?"),
                            (("-n",), "need --table="), (("--json=yes",), "expected pretty, short")):
            done = subprocess.run([TOOL, "query", *words], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stdout), (1, ""), words)
            self.assertIn(said, done.stderr)

    def test_status(self):
        """Exit statuses of systemctl status; a domain that nobody declared is listed, not shown"""
        done = subprocess.run([TOOL, "status", "nobody"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (4, ""))
        self.assertIn("no domain nobody", done.stderr)
        env = dict(os.environ, FD_SHMEM_PATH=self.base)
        done = subprocess.run([TOOL, "status"], capture_output=True, text=True, env=env)
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, "unmanaged")

    def test_missing_is_beside_the_table(self):
        done = subprocess.run([TOOL, "query", "--table=pools", "--json"], user=65534,
                              capture_output=True, check=True)
        json.loads(done.stdout)
        self.assertIn(b"may not be examined", done.stderr)

    def test_table_is_harmless(self):
        for width in ("60", "80", "200"):
            table = self.query(COLUMNS=width)
            self.assertIsNone(re.search(r"[\x00-\x09\x0b-\x1f\x7f]", table))
            self.assertIn("bad\\xff", table)
        for line in self.query(COLUMNS="80").splitlines():
            self.assertLessEqual(len(line), 80, line)


def main():
    if os.geteuid() != 0 or not os.path.exists(POOL) or not private_mounts():
        print("needs root, huge pages and a mount namespace")
        return SKIP
    with Pages(32) as enough:
        if not enough:
            print("no huge pages to be had")
            return SKIP
        return 0 if unittest.main(argv=sys.argv[:1], exit=False).result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: LGPL-2.1-or-later
# The package: callPackage ./package.nix { }
{
  lib,
  stdenv,
  cmocka,
  inih,
  json_c,
  meson,
  ninja,
  pkg-config,
  python3,
  scdoc,
  systemd,
  util-linux,
  src ? ../..,
}:

stdenv.mkDerivation {
  pname = "fd-shmem";
  version = "0.1.0";
  inherit src;

  nativeBuildInputs = [ meson ninja pkg-config python3 scdoc ];
  buildInputs = [ inih json_c systemd util-linux ];
  checkInputs = [ cmocka ];

  # The directories of systemd are those of systemd, which cannot be written: the module names these here. The example
  # goes to share, because /etc is the module's.
  mesonFlags = [
    "-Dwerror=false"
    "-Dvm-tests=false"
    "-Dsystemunitdir=${placeholder "out"}/lib/systemd/system"
    "-Dgeneratordir=${placeholder "out"}/lib/systemd/system-generators"
    "-Dmounthelperdir=${placeholder "out"}/bin"
    "-Dconfigdir=${placeholder "out"}/share/fd-shmem"
  ];

  postPatch = "patchShebangs .";

  meta = {
    description = "Shared memory domains with huge pages, declared and set up at boot";
    license = lib.licenses.lgpl21Plus;
    platforms = lib.platforms.linux;
    mainProgram = "fd-shmem";
  };
}

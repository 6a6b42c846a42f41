# SPDX-License-Identifier: LGPL-2.1-or-later
# The module of NixOS:
#
#   imports = [ ./packaging/nix/module.nix ];
#   services.fd-shmem = {
#     enable = true;
#     domains.firedancer = { Path = "/mnt/.fd"; User = "firedancer"; Gigantic = "0:8,1:8"; };
#   };
{
  config,
  lib,
  pkgs,
  ...
}:

let
  cfg = config.services.fd-shmem;

  # A key that is true or false is yes or no, a list has blanks between its words.
  value = it:
    if it == true then "yes"
    else if it == false then "no"
    else if builtins.isList it then lib.concatMapStringsSep " " toString it
    else toString it;
  keys = section: lib.concatStrings (lib.mapAttrsToList (key: it: "${key}=${value it}\n") section);
  section = name: contents: "[${name}]\n${keys contents}";
  text = lib.concatStringsSep "\n" (
    lib.optional (cfg.settings != { }) (section "fd-shmem" cfg.settings) ++ lib.mapAttrsToList section cfg.domains
  );

  keyTypes = with lib.types; attrsOf (oneOf [ bool int str (listOf str) ]);
in
{
  options.services.fd-shmem = {
    enable = lib.mkEnableOption "shared memory domains with huge pages";

    package = lib.mkOption {
      type = lib.types.package;
      default = pkgs.callPackage ./package.nix { };
      description = "The package of fd-shmem.";
    };

    settings = lib.mkOption {
      type = keyTypes;
      default = { };
      example = { Watch = "5min"; };
      description = "The section [fd-shmem] of fd-shmem.conf(5).";
    };

    domains = lib.mkOption {
      type = lib.types.attrsOf keyTypes;
      default = { };
      example = { postgresql = { Mounts = false; Huge = "0:160"; RequiredBy = [ "postgresql.service" ]; }; };
      description = "A section of fd-shmem.conf(5) for each domain.";
    };
  };

  config = lib.mkIf cfg.enable {
    environment.etc."fd-shmem.conf".text = text;
    environment.systemPackages = [ cfg.package ];
    systemd.packages = [ cfg.package ];
    systemd.generators.fd-shmem = "${cfg.package}/lib/systemd/system-generators/fd-shmem-generator";
  };
}

# SPDX-License-Identifier: LGPL-2.1-or-later
# A machine of the test ansible: harness/fleet.py boots three of them.
#
#@ packages: openssh-server python3
#@ network: yes
#@ topology: 1:1280

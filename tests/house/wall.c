/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Linked with one room whole and with the rooms that it may use: what the room takes from another one
 * is undefined. */
int main(void)
{
        return 0;
}

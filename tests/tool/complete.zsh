#!/usr/bin/env -S zsh -f
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# complete.zsh FILE LINE...: prints the words that zsh offers at the end of each LINE, on a line of their
# own. FILE is the completion to be tested. A shell in a pseudo terminal completes the lines; its compadd
# is one that prints what would be added.
zmodload zsh/zpty || exit 77

inner=$(mktemp)
trap 'rm -f $inner' EXIT
cat > $inner <<'END'
PS1= PS2= _fd_shmem_root=$FD_SHMEM_TEST_ROOT
autoload -Uz compinit
compinit -u -D
eval "_tested() {
$(< $1)
}"
compdef _tested fd-shmem fd_shmem_cfg
compadd() {
        local -a hits
        if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
                builtin compadd "$@"
                return
        fi
        builtin compadd -A hits "$@"
        print -rl -- "<"${^hits}">"
        builtin compadd "$@"
}
zle -C complete-word complete-word _complete_
_complete_() { compstate[insert]= compstate[list]=; _main_complete; }
complete_and_end() {
        print
        zle complete-word
        print -r -- "<"END">"
        zle kill-buffer
}
zle -N complete_and_end
bindkey "^T" complete_and_end
print -r -- REA"DY"
END
zpty shell zsh -f -i
zpty -w shell "source $inner ${(q)1}"
zpty -r -m shell ready '*READY*' || exit 1
for line in $@[2,-1]; do
        zpty -w -n shell "$line"$'\C-T'
        zpty -r -m shell output '*<END>*' || exit 1
        output=${output//$'\r'}
        print -r -- ${(ou)${${${(M)${(f)output}:#\<*\>}#<}%>}:#END}
done
zpty -d shell

# Types command lines into an interactive zsh, each with a <Tab> at its end, and prints the words that came of it.
# Usage: zsh -f drive.zsh <script> <line>...
zmodload zsh/zpty
zpty z 'TERM=dumb zsh -f -i'
zpty -w z 'autoload -Uz compinit && compinit -D -u'
zpty -w z "source ${(q)1}; certcheck() { print -r -- \"RES\"\"ULT:\${(j:|:)@}:END\" }"
for line in "${@[2,-1]}"; do
  zpty -w z "$line"$'\t'
  zpty -r z out '*RESULT:*:END*'
  print -r -- "${${out##*RESULT:}%%:END*}"
done
zpty -d z

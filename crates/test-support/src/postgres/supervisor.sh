# Starts and ends one PostgreSQL server for the test process that holds our stdin. Whatever becomes of that process, also
# kill -9: its end of the pipe closes, and the server and the folder go away.
# Arguments: the folder (made here, removed at the end), the programs, the locale.
# Requests are lines; each is answered by one line.
# PIPE: answers to a process that is gone do not end us.
trap '' HUP INT QUIT TERM PIPE
umask 077
folder=$1 programs=$2 locale=$3
pid=

initdb() {
  mkdir "$folder" && printf %s "$1" >"$folder/password" &&
    "$programs/initdb" -D "$folder/data" -U postgres -E UTF8 --locale "$locale" --no-sync \
      --auth-local trust --auth-host scram-sha-256 --pwfile "$folder/password" >"$folder/log" 2>&1
}

begin() {
  rm -f "$folder/ended" "$folder/pid"
  {
    sh -c 'echo $$ >"$1"; exec "$2" -D "$3"' sh "$folder/pid" "$programs/postgres" "$folder/data" >"$folder/log" 2>&1
    echo $? >"$folder/ended"
  } &
  until [ -s "$folder/pid" ]; do sleep 0.01; done
  read -r pid <"$folder/pid"
}

end() {
  [ -n "$pid" ] || return
  if [ ! -e "$folder/ended" ]; then
    # CONT: a harness may have halted it.
    kill -QUIT "$pid"
    kill -CONT "$pid"
  fi
  wait
  pid=
}

clear() {
  # A server that was killed leaves its shared memory.
  if [ -e "$folder/data/postmaster.pid" ]; then
    set -- $(sed -n 7p "$folder/data/postmaster.pid")
    [ -z "$2" ] || ipcrm -m "$2" 2>/dev/null
  fi
  # Processes that a killed server left behind may still be writing.
  until rm -rf "$folder" 2>/dev/null && [ ! -e "$folder" ]; do sleep 0.1; done
}

while read -r request argument; do
  case $request in
    initdb) initdb "$argument" && echo done || echo failed ;;
    begin) begin; echo "$pid" ;;
    end) end; echo done ;;
    kill) kill $argument 2>/dev/null && echo done || echo failed ;;
  esac
done
end
clear

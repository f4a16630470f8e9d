export const HELP = `gatehouse COMMAND

  bootstrap       Makes what a first start needs: the sealing key, the administrator, and what the file named by
                  GATEHOUSE_REALM_FILE says. Prints each password that it makes, once. Running it again changes nothing.
  serve           Serves until it is told to stop (Ctrl-C, SIGTERM). Applies GATEHOUSE_REALM_FILE first.
  store copy --to ADDRESS
                  Copies the store that GATEHOUSE_STORE names to another place, which must be new. Stop every Gatehouse first;
                  stopped half-way, run it again. ADDRESS is written as GATEHOUSE_STORE is, or is \${NAME} for an environment
                  variable, or \${file:NAME} for a file in the folder secrets of GATEHOUSE_KEYS, that holds it.
  store backup --to ADDRESS
                  Writes a SQLite store, as it is at one instant, to a new file, while it serves.
  help            This page.
  help settings   Every setting, with default and example.

Settings are environment variables named GATEHOUSE_...`;

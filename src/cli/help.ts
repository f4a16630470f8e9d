export const HELP = `gatehouse COMMAND

  bootstrap       Makes what a first start needs: the sealing key, the administrator, and what the file named by
                  GATEHOUSE_REALM_FILE says. Prints each password that it makes, once. Running it again changes nothing.
  serve           Serves until it is told to stop (Ctrl-C, SIGTERM). Applies GATEHOUSE_REALM_FILE first.
  help            This page.
  help settings   Every setting, with default and example.

Settings are environment variables named GATEHOUSE_...`;

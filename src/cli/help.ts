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
  keys list       The keys of the realm, what each does and until when; nothing of the keys themselves.
  keys rotate [signing | cookies | csrf] [--now]
                  Publishes new keys, which sign when everybody can have them; signing keys, unless another use is named. With
                  --now they sign in seconds, and applications that keep the published keys may refuse new tokens for a while.
                  Keys also rotate by themselves, every 90 days unless the settings say otherwise.
  keys retire KEY --yes
                  Ends a key at once, with all that it signed. Without --yes it says what that is, and changes nothing.
  keys reseal [KEY | --again]
                  Changes the sealing key: makes one in GATEHOUSE_KEYS (or takes KEY, which lies there), and seals everything in the
                  store under it, while servers run. Stopped half-way, run it again. With --again it changes nothing, and only
                  looks whether something is sealed under another key still.
  client list     The clients of the realm.
  client show CLIENT
                  What a client may do, as a realm file would say it.
  client secret list CLIENT
                  A client's secrets: their ids, and until when they are good. What they are is kept nowhere.
  client secret add CLIENT [--days N]
                  Makes one more secret, prints it once, and lets the others be, so that an application can change over.
  client secret remove CLIENT SECRET [--days N]
                  Ends a secret, by its id: at once, or after so many days.
  user create NAME [--email ADDRESS] [--email-verified] [--name NAME] [--role ROLE]... [--group GROUP]...
  user set-password NAME
                  Makes a person, or gives one another password and signs them out everywhere. The password is generated and
                  printed once; with --password-stdin it is the first line of the input. They choose one of their own at the
                  next sign-in; with --permanent they need not.
  user set-email NAME ADDRESS [--verified]
  user remove-email NAME
                  Gives a person another e-mail address, or none. With --verified it signs them in, and is nobody else's; the one
                  before no longer does.
  user require-change | disable | enable | sign-out | unlock | reset-second-factor | show NAME
                  Has the person choose another password at the next sign-in; lets nobody sign in as them, and ends all of theirs
                  at once; lets them sign in again; signs them out everywhere; forgets failed sign-ins; shows who they are, what
                  they hold, and why a sign-in may be refused, and until when. NAME is a username or a verified e-mail address.
  assign user | group | client NAME role | group | customer-group | permission TARGET [--at RESOURCE-SERVER]
                  [--from MOMENT] [--until MOMENT] [--reason TEXT] [--limitation KIND=VALUE]... [--dry-run]
                  Gives somebody a role, a membership, a customer group or a permission, for a time, for a reason and under
                  limitations, where it says so. MOMENT has its zone: 2027-01-31T18:00:00+01:00. With --dry-run it only says who would
                  gain and lose what.
  unassign user | group | client NAME EDGE
  edges user | group | client NAME
                  Takes that away again, by its id; shows what somebody was given, by whom and until when.
  role list | show ROLE | holders ROLE
  group list | members GROUP
  segment list | members SEGMENT
                  What roles, groups and segments there are, what a role gives, and who holds it or is in the group, directly or not, or
                  in the segment at this moment.
  decide | explain NAME PERMISSION --at RESOURCE-SERVER [--client-itself] [--client CLIENT] [--address ADDRESS] [--level LEVEL]
                  [--owner NAME] [--type TYPE] [--resource NAME=VALUE]...
                  Whether somebody may do something now: yes or no, or with every reason. NAME is a person, or with
                  --client-itself a client acting for itself; the rest says what the moment and the resource are like.
  dry-run REALM-FILE
                  What the roles of this file would change for whom, if it were applied; changes nothing.
  explain token JTI
                  From what an access token was made, by its jti: each edge that gave what is in it, and by whom.
  throttle show | lift ADDRESS
                  Failed sign-ins from one network address: what they slow down and until when; and the end of it.
  help            This page.
  help settings   Every setting, with default and example.

Settings are environment variables named GATEHOUSE_...`;

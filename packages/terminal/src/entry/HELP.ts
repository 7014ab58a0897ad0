/** What `clickclack chat --help` prints. */
export const HELP = `DESCRIPTION
  Chat in a terminal: rooms, slash commands, and what others say as they say it.

USAGE
  clickclack chat [--url ws://HOST:PORT] [--name NAME] [flags]

FLAGS
  --url URL          Server to talk to: ws://, wss://, http:// or https://. Without it: the variable
                     CLICKCLACK_URL, else the server that runs on the data folder, else the one of the
                     last  clickclack login
  --name NAME        Name to be known by. Without it: the login's, else you are asked
  --room ROOM        Room to enter; lobby otherwise
  --tui              A full screen, with the rooms and the people at its sides
  --plain            Plain lines: no prompt, no colour, nothing drawn over, as screen readers like it
  --no-color         No colour; the variable NO_COLOR does the same
  --token TOKEN      Token of a registered user; better in the variable CLICKCLACK_TOKEN, where nobody
                     else sees it. Without one, the login to that server counts
  --workspace NAME   Workspace of a signed-in user, by id or slug, with all its channels, conversations
                     and threads
  --data FOLDER      Folder of the installation whose server is meant; .clickclack otherwise
  -h, --help         This

INSIDE
  Text goes to the current room; /help shows the commands, //x says "/x". Tab completes names, rooms and
  commands, Up brings back what was typed, Ctrl-C takes back a line and leaves from an empty one, and so
  does Ctrl-D; Ctrl-Z goes back to the shell, whose  fg  comes back here. A pasted text of several lines
  becomes one message, sent with Enter; without --workspace its line breaks become spaces.

PIPES
  Without a terminal, each line read is sent, what is said is printed as one plain line, and at the end of
  the input, once everything was answered, it ends: 0 when all was taken, 1 when something was refused,
  2 when the name cannot be had.

EXAMPLES
  clickclack chat --url ws://127.0.0.1:8080 --name ada
  clickclack chat --name ada --room ops --tui
  echo "the build is green" | clickclack chat --name ci --room ops
`;

import { expect, test } from "vitest";
import { Cli, NOWHERE } from "./Cli.ts";

const cli = new Cli();

const COMMANDS = [
  "serve",
  "doctor",
  "migrate",
  "admin bootstrap",
  "admin user create",
  "admin audit",
  "admin invite create",
  "admin invite list",
  "admin invite revoke",
  "admin user list",
  "admin user show",
  "admin user deactivate",
  "admin user reactivate",
  "admin user delete",
  "admin token create",
  "admin token list",
  "admin token revoke",
  "admin magic-link create",
  "admin workspace list",
  "admin workspace create",
  "admin workspace transfer",
  "admin workspace delete",
  "admin workspace member list",
  "admin workspace member add",
  "admin workspace member role",
  "admin workspace member timeout",
  "admin workspace member remove",
  "admin workspace member block",
  "admin workspace member unblock",
  "projections status",
  "projections verify",
  "projections rebuild",
  "log tail",
  "log verify",
  "export",
  "import",
  "import slack",
  "chat",
  "channels list",
  "messages list",
  "send",
  "threads open",
  "threads reply",
  "login",
  "logout",
  "whoami",
];

const MEMBER = ["--workspace", "w", "--user", "@bob"];

test.concurrent.each(COMMANDS)(
  "%s --help describes the command, its flags and an example",
  async (command) => {
    const { code, stdout, stderr } = await cli.run([...command.split(" "), "--help"]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toContain(`clickclack ${command}`);
    expect(stdout).toMatch(/DESCRIPTION\n {2}\S/);
    expect(stdout).toContain("--data");
    expect(stdout).toContain("EXAMPLES");
    if (command !== "serve" && command !== "chat") expect(stdout).toContain("--json");
  },
);

test.concurrent("the commands are listed with their descriptions", async () => {
  const { code, stdout } = await cli.run(["--help"]);
  expect(code).toBe(0);
  for (const name of new Set(COMMANDS.map((command) => command.split(" ")[0]!)))
    expect(stdout).toMatch(new RegExp(`^  ${name} +\\S`, "m"));
});

test.concurrent.each([
  ["an unknown command", ["nope"]],
  ["a command group without its command", ["admin", "token"]],
  ["an unknown flag", ["doctor", "--bogus"]],
  ["neither a workspace nor a user", ["admin", "audit"]],
  ["a type that there is not", ["admin", "audit", "--user", "@ann", "--type", "member.added"]],
  ["a time that is none", ["admin", "audit", "--workspace", "w", "--since", "yesterday"]],
  ["a missing flag", ["admin", "user", "create", "--workspace", "w", "--name", "Bob"]],
  ["an email that is none", ["admin", "bootstrap", "--name", "Ann", "--email", "ann"]],
  ["an empty name", ["admin", "bootstrap", "--name", " ", "--email", "ann@example.com"]],
  ["an unknown role", ["admin", "user", "create", "--role", "king"]],
  ["a deletion that is not meant for certain", ["admin", "workspace", "delete", "--workspace", "w"]],
  ["a role that is no member's", ["admin", "workspace", "member", "role", ...MEMBER, "--role", "owner"]],
  ["a timeout until no time", ["admin", "workspace", "member", "timeout", ...MEMBER, "--until", "tomorrow"]],
  ["a timeout without an end", ["admin", "workspace", "member", "timeout", ...MEMBER]],
  [
    "two ends of a timeout",
    ["admin", "workspace", "member", "timeout", ...MEMBER, "--minutes", "5", "--clear"],
  ],
  ["a slug that is none", ["admin", "workspace", "create", "--name", "A", "--owner", "@a", "--slug", "No!"]],
  ["a deletion that is not confirmed", ["admin", "user", "delete", "--user", "bob@example.com"]],
  ["an idle timeout that is none", ["serve", "--session-idle-timeout", "soon"]],
  ["a limit of nothing in particular", ["serve", "--limit", "reads=1/60"]],
  ["a limit that lets nothing by", ["serve", "--limit", "read=600/60", "--limit", "write=0/60"]],
  ["a proxy by its name", ["serve", "--trusted-proxies", "10.0.0.0/8,proxy.example"]],
  ["an import of Slack's without a file", ["import", "slack"]],
  ["an empty name of a workspace", ["import", "slack", "a.zip", "--workspace-name", " "]],
  ["two ways to sign in", ["login", "--url", "http://127.0.0.1:9", "--user", "ann", "--token-stdin"]],
  ["a sign-in with nothing piped in", ["login", "--url", "http://127.0.0.1:9", "--user", "ann"]],
  ["an address with a password in it", ["whoami", "--url", "http://ann:secret@127.0.0.1:9"]],
  ["an unknown projection", ["projections", "rebuild", "nope"]],
  ["a limit out of bounds", ["messages", "list", "--channel", "c", "--limit", "0"]],
  ["a number that is none", ["log", "tail", "--last", "many"]],
  ["two ways to begin", ["log", "tail", "--last", "1", "--from", "1"]],
  ["a channel's name without a workspace", ["send", "--channel", "general", "hello"]],
  ["an address that is none", ["send", "--channel", "general", "--workspace", "w", "--url", "nope", "hello"]],
  ["an empty message", ["send", "--channel", "general", "--workspace", "w", "--url", "http://127.0.0.1:9"]],
])("%s is a usage error", async (_, args) => {
  const { code, stdout, stderr } = await cli.run(args);
  expect(code).toBe(2);
  expect(stdout + stderr).not.toBe("");
});

test.concurrent.each([
  ["migrate"],
  ["admin token list --user ann@example.com"],
  ["projections verify"],
  ["log verify"],
  ["channels list --workspace w"],
])("%s says what to start where no server runs", async (command) => {
  const { code, stdout, stderr } = await Cli.on(NOWHERE).run(command.split(" "));
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toContain(`no server runs on ${NOWHERE}; start it with  scripts/start --data ${NOWHERE}`);
});

test.concurrent("services that do not answer are named, without their passwords", async () => {
  const nats = await cli.run(["log", "verify", "--nats", "nats://ann:secret@127.0.0.1:9"]);
  expect(nats).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("NATS cannot be reached at nats://127.0.0.1:9"),
  });
  const db = await cli.run(["migrate", "--db", "postgres://ann:secret@127.0.0.1:9/chat"]);
  expect(db).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Postgres cannot be reached at postgres://127.0.0.1:9/chat"),
  });
  expect(nats.stderr + db.stderr).not.toContain("secret");
});

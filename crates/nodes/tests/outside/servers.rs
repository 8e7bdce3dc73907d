//! Servers of other people, started for one test in a folder of their own, as a user without rights.

use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Set by `script/test`, which installs the servers: a missing one fails the test then.
const REQUIRE: &str = "BRIDGE_REQUIRE_SERVERS";

/// A running server; ended with the test.
pub struct Process(pub Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg("-TERM").arg(self.0.id().to_string()).status();
        let until = Instant::now() + Duration::from_secs(5);
        while Instant::now() < until {
            if matches!(self.0.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A test that cannot run without this program.
pub fn missing(program: &str) {
    assert!(std::env::var_os(REQUIRE).is_none(), "{program} is missing; run script/bootstrap test");
    eprintln!("skipped: {program} is not installed");
}

/// The first of these programs that is there.
pub fn program(candidates: &[&str]) -> Option<PathBuf> {
    candidates.iter().map(PathBuf::from).find(|path| path.is_file())
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn id(what: &str, who: &str) -> Option<u32> {
    let output = Command::new("id").args([what, who]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

fn is_root() -> bool {
    own_uid() == Some(0)
}

fn own_uid() -> Option<u32> {
    let output = Command::new("id").arg("-u").output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// The user and group that servers run as: `nobody` when the tests run as root, whom some servers refuse.
pub fn user() -> (u32, u32) {
    if is_root() {
        (id("-u", "nobody").unwrap(), id("-g", "nobody").unwrap())
    } else {
        (
            own_uid().unwrap(),
            String::from_utf8(Command::new("id").arg("-g").output().unwrap().stdout).unwrap().trim().parse().unwrap(),
        )
    }
}

/// A folder for a server's user.
pub fn own(path: &Path) {
    std::fs::create_dir_all(path).unwrap();
    give(path);
}

pub fn give(path: &Path) {
    let (user, group) = user();
    if is_root() {
        chown(path, Some(user), Some(group)).unwrap();
    }
}

/// The program, to be run as the server's user.
pub fn command(program: &Path) -> Command {
    let mut command = if is_root() {
        let (user, group) = user();
        let mut command = Command::new("setpriv");
        command.args([format!("--reuid={user}"), format!("--regid={group}"), "--clear-groups".to_owned()]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.stdin(Stdio::null()).current_dir("/").env("LC_ALL", "C");
    command
}

/// Waits until something listens.
pub fn wait_for(port: u16, process: &mut Process, log: &Path) {
    let until = Instant::now() + Duration::from_secs(60);
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        let said = || std::fs::read_to_string(log).unwrap_or_default();
        if let Ok(Some(status)) = process.0.try_wait() {
            panic!("the server ended with {status}: {}", said());
        }
        assert!(Instant::now() < until, "the server did not start: {}", said());
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A certificate for `localhost`: DER, and the files of certificate and key.
pub fn certificate(folder: &Path) -> (Vec<u8>, PathBuf, PathBuf) {
    use std::os::unix::fs::PermissionsExt;
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (public, private) = (folder.join("certificate.pem"), folder.join("key.pem"));
    std::fs::write(&public, made.cert.pem()).unwrap();
    std::fs::write(&private, made.signing_key.serialize_pem()).unwrap();
    std::fs::set_permissions(&private, std::fs::Permissions::from_mode(0o600)).unwrap();
    give(&public);
    give(&private);
    (made.cert.der().to_vec(), public, private)
}

/// A folder that the server's user can reach.
pub fn open_folder() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    give(folder.path());
    folder
}

//! A mail server: SMTP by aiosmtpd, IMAP by Dovecot, both over one Maildir.

use std::path::{Path, PathBuf};
use std::process::Command;

use bridge_domain::{Credential, CredentialKind};
use bridge_nodes::testing::{TestStep, items};
use serde_json::Value;
use tempfile::TempDir;

use crate::servers::{Process, certificate, command, free_port, missing, open_folder, own, program, user, wait_for};
use crate::stage::{credential, loopback};

pub const USER: &str = "ada@example.com";
pub const PASSWORD: &str = "s3cret-words";

pub struct Mail {
    pub smtp: u16,
    pub imap: u16,
    pub imaps: u16,
    pub root: Vec<u8>,
    _processes: [Process; 2],
    folder: TempDir,
}

fn python_with_smtp() -> Option<PathBuf> {
    let has_smtp = |python: &Path| {
        Command::new(python).args(["-c", "import aiosmtpd"]).output().is_ok_and(|output| output.status.success())
    };
    ["/usr/bin/python3", "/usr/local/bin/python3"].iter().map(PathBuf::from).find(|python| has_smtp(python))
}

impl Mail {
    /// Starts both; SMTP with this security.
    pub fn start(security: &str) -> Option<Self> {
        let (Some(python), Some(dovecot)) = (python_with_smtp(), program(&["/usr/sbin/dovecot", "/usr/bin/dovecot"]))
        else {
            missing("Dovecot or aiosmtpd");
            return None;
        };
        let folder = open_folder();
        for part in ["mail", "mail/new", "mail/cur", "mail/tmp", "run", "state"] {
            own(&folder.path().join(part));
        }
        let (root, public, private) = certificate(folder.path());
        let (smtp, imap, imaps) = (free_port(), free_port(), free_port());
        let copy = folder.path().join("smtp_server.py");
        std::fs::write(&copy, include_str!("smtp_server.py")).unwrap();
        let log = folder.path().join("smtp.log");
        let mut sender = Process(
            command(&python)
                .arg(&copy)
                .arg(smtp.to_string())
                .arg(folder.path().join("mail"))
                .arg(security)
                .args([&public, &private])
                .stderr(std::fs::File::create(&log).unwrap())
                .spawn()
                .unwrap(),
        );
        let config = folder.path().join("dovecot.conf");
        std::fs::write(&config, dovecot_config(folder.path(), imap, imaps)).unwrap();
        let imap_log = folder.path().join("imap.log");
        let mut reader = Process(
            command(&dovecot)
                .arg("-F")
                .arg("-c")
                .arg(&config)
                .stderr(std::fs::File::create(&imap_log).unwrap())
                .spawn()
                .unwrap(),
        );
        wait_for(smtp, &mut sender, &log);
        wait_for(imap, &mut reader, &imap_log);
        Some(Self { smtp, imap, imaps, root, _processes: [sender, reader], folder })
    }

    /// Puts a message into the mailbox, as another sender would have.
    pub fn deliver(&self, name: &str, message: &[u8]) {
        let path = self.folder.path().join("mail/new").join(name);
        std::fs::write(&path, message).unwrap();
        crate::servers::give(&path);
    }

    pub fn account(&self, kind: CredentialKind, port: u16, security: &str) -> Credential {
        credential(kind, port, &[("user", USER), ("password", PASSWORD), ("security", security)])
    }

    pub fn send_step(&self, security: &str, config: Value, input: Value) -> TestStep {
        let mut step = TestStep::new(config, items(input));
        step.credential = Some(self.account(CredentialKind::Smtp, self.smtp, security));
        step.grants = vec![loopback(self.smtp)];
        step
    }

    pub fn read_step(&self, port: u16, security: &str, config: Value) -> TestStep {
        let mut step = TestStep::new(config, items(serde_json::json!([{}])));
        step.credential = Some(self.account(CredentialKind::Imap, port, security));
        step.grants = vec![loopback(port)];
        step
    }
}

fn dovecot_config(folder: &Path, imap: u16, imaps: u16) -> String {
    let (uid, gid) = user();
    let name = |what: &str, id: u32| {
        let output = Command::new("getent").args([what, &id.to_string()]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().split(':').next().unwrap().to_owned()
    };
    let (who, group) = (name("passwd", uid), name("group", gid));
    let folder = folder.display();
    format!(
        "protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
default_internal_user = {who}
default_login_user = {who}
default_internal_group = {group}
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = static
  args = password=s3cret-words
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"
    )
}

//! A private PostgreSQL cluster with a certificate, one user and one database.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bridge_domain::{Credential, CredentialId, CredentialKind};
use bridge_nodes::testing::TestStep;
use serde_json::Value;
use tempfile::TempDir;

use crate::servers::{Process, certificate, command, free_port, give, missing, open_folder, wait_for};
use crate::stage::{Stage, loopback};
use bridge_nodes::testing::items;

pub const PASSWORD: &str = "s3cret words";

pub struct Postgres {
    pub port: u16,
    pub root: Vec<u8>,
    _process: Process,
    _folder: TempDir,
}

/// Where Debian and others put the server's programs.
fn programs() -> Option<(PathBuf, PathBuf)> {
    let versions = (13..=20).rev().map(|version| format!("/usr/lib/postgresql/{version}/bin"));
    let folders = versions.chain(["/usr/bin".to_owned(), "/usr/local/bin".to_owned()]);
    folders.map(PathBuf::from).find_map(|folder| {
        let (make, serve) = (folder.join("initdb"), folder.join("postgres"));
        (make.is_file() && serve.is_file()).then_some((make, serve))
    })
}

impl Postgres {
    pub fn start() -> Option<Self> {
        let Some((make, serve)) = programs() else {
            missing("PostgreSQL");
            return None;
        };
        let folder = open_folder();
        let cluster = folder.path().join("cluster");
        let password = folder.path().join("password");
        std::fs::write(&password, PASSWORD).unwrap();
        give(&password);
        let made = command(&make)
            .args(["--no-sync", "--auth=scram-sha-256", "--username=bridge", "--encoding=UTF8", "--locale=C"])
            .arg(format!("--pwfile={}", password.display()))
            .arg("-D")
            .arg(&cluster)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let (root, public, private) = certificate(folder.path());
        let port = free_port();
        let log = folder.path().join("log");
        let process = serve_cluster(&serve, &cluster, &[&public, &private], port, &log);
        let mut process = Process(process);
        wait_for(port, &mut process, &log);
        let is_ready = || std::fs::read_to_string(&log).unwrap().contains("ready to accept connections");
        let until = Instant::now() + Duration::from_secs(60);
        while !is_ready() {
            assert!(Instant::now() < until, "the server did not get ready");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Self { port, root, _process: process, _folder: folder })
    }

    /// The credential as a person enters it.
    pub fn credential(&self, parameters: &str) -> Credential {
        self.with_url(&format!("postgres://bridge:s3cret%20words@localhost:{}/postgres{parameters}", self.port))
    }

    pub fn with_url(&self, url: &str) -> Credential {
        let hosts = vec![format!("localhost:{}", self.port)];
        let fields = [("url".to_owned(), url.into())].into();
        Credential { id: CredentialId::new(), kind: CredentialKind::Database, hosts, fields }
    }

    pub fn step(&self, config: Value, input: Value) -> TestStep {
        let mut step = TestStep::new(config, items(input));
        step.credential = Some(self.credential("?sslmode=require"));
        step.grants = vec![loopback(self.port)];
        step
    }

    /// Runs a statement and gives its rows.
    pub async fn rows(&self, stage: &Stage, query: &str, values: Value) -> Vec<Value> {
        let mut step =
            self.step(serde_json::json!({ "query": query, "query_parameters": values }), serde_json::json!([{}]));
        stage.run("postgres.execute_query", &mut step).await.unwrap();
        step.output(0)
    }
}

fn serve_cluster(serve: &Path, cluster: &Path, certificate: &[&Path; 2], port: u16, log: &Path) -> std::process::Child {
    let [public, private] = certificate;
    command(serve)
        .arg("-D")
        .arg(cluster)
        .args(["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "unix_socket_directories=", "-c", "ssl=on"])
        .args(["-c".to_owned(), format!("port={port}")])
        .args(["-c".to_owned(), format!("ssl_cert_file={}", public.display())])
        .args(["-c".to_owned(), format!("ssl_key_file={}", private.display())])
        .stdout(std::process::Stdio::null())
        .stderr(std::fs::File::create(log).unwrap())
        .spawn()
        .unwrap()
}

//! Fault row X3: what native code in a worker could do, if somebody got that far. Restricts a process as a worker does and
//! then tries. A program of its own (no test harness), because a restriction is for good.

use std::io::ErrorKind;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    if std::env::args().any(|argument| argument == "probe") {
        return probe();
    }
    if !cfg!(target_os = "linux") {
        return ExitCode::SUCCESS;
    }
    let output = std::env::current_exe().and_then(|program| Command::new(program).arg("probe").output());
    match output {
        Ok(output) if output.status.success() => ExitCode::SUCCESS,
        Ok(output) => {
            eprintln!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

type Attempt = (&'static str, fn() -> std::io::Result<()>);

#[expect(
    clippy::disallowed_methods,
    reason = "a restricted process tries what the gate is otherwise for, and must fail"
)]
fn attempts() -> Vec<Attempt> {
    vec![
        ("read a file", || std::fs::read("/etc/passwd").map(drop)),
        ("read its own binary", || std::fs::read("/proc/self/exe").map(drop)),
        ("list a folder", || std::fs::read_dir("/").map(drop)),
        ("look at a file", || std::fs::metadata("/etc/passwd").map(drop)),
        ("make a file", || std::fs::write(std::env::temp_dir().join("bridge-probe"), "x")),
        ("make a folder", || std::fs::create_dir("/tmp/bridge-probe")),
        ("remove a file", || std::fs::remove_file("/tmp/bridge-probe")),
        ("rename a file", || std::fs::rename("/tmp/bridge-probe", "/tmp/bridge-probe-2")),
        ("link a file", || std::fs::hard_link("/etc/passwd", "/tmp/bridge-probe")),
        ("connect to a host", || std::net::TcpStream::connect("127.0.0.1:80").map(drop)),
        ("listen", || std::net::TcpListener::bind("127.0.0.1:0").map(drop)),
        ("send a datagram", || std::net::UdpSocket::bind("127.0.0.1:0").map(drop)),
        #[cfg(unix)]
        ("connect to a local socket", || std::os::unix::net::UnixStream::connect("/tmp/bridge-probe").map(drop)),
        #[cfg(unix)]
        ("make a pair of sockets", || std::os::unix::net::UnixStream::pair().map(drop)),
        ("start a program", || Command::new("/bin/true").status().map(drop)),
        ("start a thread", || std::thread::Builder::new().spawn(|| ()).map(drop)),
        ("make a pipe", || std::io::pipe().map(drop)),
    ]
}

fn probe() -> ExitCode {
    let connect = std::net::TcpListener::bind("127.0.0.1:0");
    if connect.is_err() || std::fs::read("/etc/passwd").is_err() {
        eprintln!("the probe proves nothing: even without restriction it may do nothing");
        return ExitCode::FAILURE;
    }
    drop(connect);
    let restricted = bridge_expression::restrict_process();
    let Ok(restriction) = restricted else {
        eprintln!("not restricted: {restricted:?}");
        return ExitCode::FAILURE;
    };
    let mut failed = !(restriction.system_calls && restriction.resources);
    eprintln!("{restriction:?}");
    for (what, attempt) in attempts() {
        match attempt() {
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {}
            other => {
                failed = true;
                eprintln!("{what}: {other:?}");
            }
        }
    }
    // Allocating still works up to the limit, and ends there.
    let within = vec![1_u8; 64 << 20];
    let mut beyond = Vec::<u8>::new();
    if within.len() != 64 << 20 || beyond.try_reserve_exact(2 << 30).is_ok() {
        failed = true;
        eprintln!("memory is not limited as it should be");
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

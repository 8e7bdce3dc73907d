//! Fault row X3: what native code in a worker could do, if somebody got that far. Restricts a process as a worker does and
//! then tries. Also where Landlock or the system call filter is refused by the system, as in some containers. A program of
//! its own (no test harness), because a restriction is for good.

use std::io::ErrorKind;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    if !cfg!(target_os = "linux") {
        return ExitCode::SUCCESS;
    }
    match std::env::args().nth(1).as_deref() {
        Some("probe") => return probe(),
        #[cfg(target_os = "linux")]
        Some("probe-without-landlock") => return obstacles::without_landlock(libc::ENOSYS),
        #[cfg(target_os = "linux")]
        Some("probe-with-landlock-forbidden") => return obstacles::without_landlock(libc::EPERM),
        #[cfg(target_os = "linux")]
        Some("probe-without-filters") => return obstacles::without_filters(),
        #[cfg(target_os = "linux")]
        Some("probe-with-low-limits") => return obstacles::with_low_limits(),
        _ => {}
    }
    let probes = [
        "probe",
        "probe-without-landlock",
        "probe-with-landlock-forbidden",
        "probe-without-filters",
        "probe-with-low-limits",
    ];
    let passed = probes.map(|probe| {
        let output = std::env::current_exe().and_then(|program| Command::new(program).arg(probe).output());
        match output {
            Ok(output) if output.status.success() => true,
            Ok(output) => {
                let text = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
                eprintln!("{probe}: {}{}", text[0], text[1]);
                false
            }
            Err(error) => {
                eprintln!("{probe}: {error}");
                false
            }
        }
    });
    if passed.iter().all(|passed| *passed) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Systems that refuse a part of the restriction.
#[cfg(target_os = "linux")]
mod obstacles {
    use std::process::ExitCode;

    use rustix::process::{Resource, Rlimit, setrlimit};
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

    /// Makes these system calls fail for good.
    fn refuse(calls: &[i64], errno: i32) -> bool {
        let rules = calls.iter().map(|call| (*call, Vec::new())).collect();
        let action = SeccompAction::Errno(errno.unsigned_abs());
        let Ok(architecture) = std::env::consts::ARCH.try_into() else { return false };
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, action, architecture);
        let program = filter.and_then(BpfProgram::try_from);
        program.is_ok_and(|program| seccompiler::apply_filter(&program).is_ok())
    }

    pub fn without_landlock(errno: i32) -> ExitCode {
        let calls = [libc::SYS_landlock_create_ruleset, libc::SYS_landlock_add_rule, libc::SYS_landlock_restrict_self];
        if refuse(&calls, errno) { super::probe_as(false) } else { ExitCode::FAILURE }
    }

    /// A process without a filter must not count as restricted.
    pub fn without_filters() -> ExitCode {
        if !refuse(&[libc::SYS_seccomp], libc::EPERM) {
            return ExitCode::FAILURE;
        }
        let restricted = bridge_expression::restrict_process();
        eprintln!("{restricted:?}");
        ExitCode::from(u8::from(!restricted.is_err_and(|error| error.to_string().contains("seccomp"))))
    }

    /// Hard limits that are lower than the worker's own, and cannot be raised.
    pub fn with_low_limits() -> ExitCode {
        let at_most = |value| Rlimit { current: Some(value), maximum: Some(value) };
        let limited = setrlimit(Resource::As, at_most(1 << 30)).and_then(|()| setrlimit(Resource::Cpu, at_most(60)));
        if limited.is_ok() { super::probe() } else { ExitCode::FAILURE }
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
    probe_as(true)
}

/// `landlock`: whether a kernel that has it may use it.
fn probe_as(landlock: bool) -> ExitCode {
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
    let mut failed = !(restriction.system_calls && restriction.resources) || (restriction.files && !landlock);
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

//! Takes from this process what JavaScript never needs: files, network, other programs, other processes. Irrevocable.
//!
//! On Linux: resource limits, Landlock and a system call filter. On other systems nothing is taken here; there the worker
//! is a separate process with a cleared environment, and no more.

/// What was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restriction {
    /// System calls are filtered: no file, socket, program or process can be opened or started.
    pub system_calls: bool,
    /// Landlock refuses every file, as a second wall; older kernels do not have it.
    pub files: bool,
    /// Address space, CPU time, open files and core dumps are limited.
    pub resources: bool,
}

/// Seconds of CPU time that one worker may use in all.
pub(crate) const CPU_SECONDS: u64 = 3_600;

/// Restricts this process for good. To be called while it has one thread, since threads that exist keep their rights.
///
/// # Errors
/// When the system refuses a restriction that the worker must not run without.
pub fn restrict_process() -> std::io::Result<Restriction> {
    #[cfg(target_os = "linux")]
    return linux::restrict();
    #[cfg(not(target_os = "linux"))]
    return Ok(Restriction { system_calls: false, files: false, resources: false });
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io::{Error, Result};

    use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus};
    use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, setrlimit};
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    };

    use super::{CPU_SECONDS, Restriction};

    /// Address space beside what is mapped at the start: the interpreter's memory and a few copies of messages.
    const ADDRESS_SPACE: u64 = 3 << 29;

    /// What is taken to be mapped where it cannot be read.
    const UNKNOWN_MAPPED: u64 = 1 << 29;

    pub fn restrict() -> Result<Restriction> {
        limit_resources()?;
        let files = refuse_files()?;
        filter_system_calls()?;
        Ok(Restriction { system_calls: true, files, resources: true })
    }

    fn limit_resources() -> Result<()> {
        limit(Resource::As, mapped() + ADDRESS_SPACE)?;
        limit(Resource::Cpu, CPU_SECONDS)?;
        limit(Resource::Core, 0)?;
        // No other process may read this one's memory.
        rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
        Ok(())
    }

    /// Sets both limits to this, or to the hard one when that is lower: it cannot be raised.
    fn limit(resource: Resource, value: u64) -> Result<()> {
        let value = getrlimit(resource).maximum.map_or(value, |hard| hard.min(value));
        setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) })?;
        Ok(())
    }

    /// Bytes of address space in use. Where `/proc` cannot be read, more than any build of the program needs.
    fn mapped() -> u64 {
        let sizes = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
        let pages: Option<u64> = sizes.split(' ').next().and_then(|count| count.parse().ok());
        pages.map_or(UNKNOWN_MAPPED, |pages| pages.saturating_mul(rustix::param::page_size() as u64))
    }

    /// Refuses every access that this kernel knows of; says whether it knows any. Kernels without Landlock and containers
    /// that forbid it are no obstacle: the system call filter refuses the same.
    fn refuse_files() -> Result<bool> {
        let ruleset = Ruleset::default()
            .handle_access(AccessFs::from_all(ABI::V6))
            .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(ABI::V6)))
            .and_then(Ruleset::create)
            .and_then(landlock::RulesetCreated::restrict_self);
        // After this: the ruleset's own descriptor needed a number.
        limit(Resource::Nofile, 0)?;
        Ok(ruleset.is_ok_and(|status| status.ruleset != RulesetStatus::NotEnforced))
    }

    /// Allows what an allocator and reading and writing the three standard streams need. Everything else, also what
    /// kernels will learn, fails with "not permitted".
    fn filter_system_calls() -> Result<()> {
        let anything = [
            libc::SYS_munmap,
            libc::SYS_mremap,
            libc::SYS_brk,
            libc::SYS_madvise,
            libc::SYS_futex,
            libc::SYS_clock_gettime,
            libc::SYS_gettimeofday,
            libc::SYS_getrandom,
            libc::SYS_sigaltstack,
            libc::SYS_rt_sigreturn,
            libc::SYS_rt_sigprocmask,
            libc::SYS_restart_syscall,
            libc::SYS_sched_yield,
            libc::SYS_exit,
            libc::SYS_exit_group,
        ];
        let executable = libc::PROT_EXEC as u64;
        let rules = anything.map(|call| (call, Vec::new())).into_iter().chain([
            // No memory that can be executed.
            (libc::SYS_mmap, vec![rule(2, SeccompCmpOp::MaskedEq(executable), 0)?]),
            (libc::SYS_mprotect, vec![rule(2, SeccompCmpOp::MaskedEq(executable), 0)?]),
            (libc::SYS_read, vec![rule(0, SeccompCmpOp::Eq, 0)?]),
            (libc::SYS_write, vec![rule(0, SeccompCmpOp::Eq, 1)?, rule(0, SeccompCmpOp::Eq, 2)?]),
        ]);
        let architecture = std::env::consts::ARCH.try_into().map_err(Error::other)?;
        let refused = SeccompAction::Errno(libc::EPERM as u32);
        let filter = SeccompFilter::new(rules.collect(), refused, SeccompAction::Allow, architecture);
        let program: BpfProgram = filter.and_then(TryInto::try_into).map_err(Error::other)?;
        seccompiler::apply_filter(&program)
            .map_err(|error| Error::other(format!("the system call filter (seccomp) was refused: {error}")))
    }

    /// A call is allowed when this argument compares so.
    fn rule(argument: u8, operator: SeccompCmpOp, value: u64) -> Result<SeccompRule> {
        let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value);
        SeccompRule::new(vec![condition.map_err(Error::other)?]).map_err(Error::other)
    }
}

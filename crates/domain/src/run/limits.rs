//! Caps of a run, so that none runs away.

use std::time::Duration;

/// Caps of one run. What exceeds one ends the step with an error that names the cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunLimits {
    /// Steps in all, loop rounds included.
    pub steps: u32,
    /// From start to end, waits not counted.
    pub duration: Duration,
    /// One try of one step.
    pub step_duration: Duration,
    /// Bytes one step puts out.
    pub step_output: u64,
    /// Bytes all steps put out.
    pub output: u64,
    /// Items one step puts out.
    pub items: u32,
    /// Workflows that call workflows.
    pub depth: u32,
}

impl Default for RunLimits {
    fn default() -> Self {
        Self {
            steps: 200_000,
            duration: Duration::from_secs(3_600),
            step_duration: Duration::from_secs(600),
            step_output: 256 << 20,
            output: 2 << 30,
            items: 1_000_000,
            depth: 16,
        }
    }
}

//! Workers that cannot be started: what a person is told.

use bridge_domain::{ErrorCode, Evaluate};
use bridge_expression::{Expressions, WorkerCommand};

use crate::support::{fails, value_of};

fn started_by(program: &std::path::Path) -> Expressions {
    Expressions::new(WorkerCommand { program: program.into(), arguments: Vec::new(), size: 1 })
}

#[tokio::test]
async fn a_missing_program_is_named_and_paths_still_work() {
    let expressions = started_by("/nonexistent/bridge".as_ref());
    let failure = fails(&expressions, "={{ $json.n + 1 }}").await;
    assert_eq!(failure.error.code, ErrorCode::Internal);
    assert!(failure.error.message.contains("/nonexistent/bridge"), "{}", failure.error.message);
    assert!(failure.error.hint.contains("Start the application again"), "{}", failure.error.hint);
    assert_eq!(value_of(&expressions, "={{ $json.n }}").await.unwrap(), 7);
    let problems = expressions.check("={{ $json.n + 1 }}");
    assert!(problems[0].message.contains("Start the application again"), "{problems:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_program_that_may_not_be_executed_is_an_error_that_says_so() {
    // A file without the right to be executed.
    let expressions = started_by(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").as_ref());
    let failure = fails(&expressions, "={{ $json.n + 1 }}").await;
    assert!(failure.error.hint.contains("noexec"), "{:?}", failure.error);
}

#[cfg(unix)]
#[tokio::test]
async fn a_program_that_is_no_worker_is_an_error() {
    for program in ["/bin/true", "/bin/echo"] {
        let failure = fails(&started_by(program.as_ref()), "={{ $json.n + 1 }}").await;
        assert!(failure.error.message.contains("ended in the middle"), "{:?}", failure.error);
    }
}

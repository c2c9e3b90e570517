//! The runtime of the tests with tasks.

use std::future::Future;

use tokio::runtime::Builder;

use crate::process;

/// Runs `body` in a task of a runtime with as many threads as do the work elsewhere.
pub(crate) fn run(body: impl Future<Output = ()> + Send + 'static) {
    let runtime = Builder::new_multi_thread().worker_threads(process::workers()).build().expect("a runtime");
    runtime.block_on(async { tokio::spawn(body).await.expect("no panic") });
}

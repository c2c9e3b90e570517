//! What lies below an error: the words of libraries for errors of others are short.

use std::error::Error;
use std::iter;

/// The causes, each behind a colon.
pub(crate) fn causes(error: &dyn Error) -> String {
    let causes = iter::successors(error.source(), |cause| (**cause).source());
    causes.map(|cause| format!(": {cause}")).collect()
}

//! A build without the example.

use crate::commands::DemoMoves;
use crate::person::{Exit, Person};
use cns_trust::Clock;
use std::sync::Arc;

/// Is never asked for: the page is not offered the example.
pub(crate) async fn play(_: Arc<dyn Clock>, _: &mut Person, _: &mut DemoMoves) -> Exit {
    Exit::LeaveDemo
}

//! Serving on loopback until dropped.

use axum::Router;
use tokio::{net::TcpListener, task::JoinHandle};

/// A running server; ends when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    task: JoinHandle<()>,
}

impl Server {
    /// Serves on an address that was bound before.
    pub(crate) fn start(listener: TcpListener, router: Router) -> Self {
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "demo.server_ended");
            }
        });
        Self { task }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

//! The command line of the gateway.

use std::{path::PathBuf, sync::Arc};

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use portal_gateway::{app::App, clock::SystemClock, config::Config, telemetry};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

/// The door to Diffgram for a company's own users.
#[derive(Debug, Parser)]
#[command(name = "diffgram-portal", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the portal.
    Serve {
        /// The configuration; see docs/configure.md.
        #[arg(long, default_value = "portal.toml", env = "PORTAL_CONFIG")]
        config: PathBuf,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Only fails when one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match Arguments::parse().command {
        Command::Serve { config } => serve(config).await,
    }
}

async fn serve(path: PathBuf) -> anyhow::Result<()> {
    let ours = std::env::vars().filter(|(name, _)| name.starts_with("PORTAL_") && name != "PORTAL_CONFIG");
    let config = Config::load(&path, ours)?;
    telemetry::start(config.log);
    let address = config.listen;
    let app = App::open(config, Arc::new(SystemClock)).await?;
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("{address} cannot be listened on; another program may use it, choose another with listen")
    })?;
    #[expect(clippy::print_stdout, reason = "whoever started it waits for this line")]
    {
        println!("listening on http://{}", listener.local_addr()?);
    }
    let stop = app.stop.clone();
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        stop.cancel();
    });
    app.serve(listener).await
}

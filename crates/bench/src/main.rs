//! Measures the gateway from outside, in a process of its own: requests at a steady rate, and thousands of event streams.
#![forbid(unsafe_code)]

mod line;
mod numbers;
mod person;
mod requests;
mod schemas;
mod streams;
mod sync;
mod world;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Measures a demo that it starts; prints one `BENCH` line per result.
#[derive(Parser)]
#[command(name = "portal-bench")]
struct Arguments {
    /// The demo to start.
    #[arg(long, env = "PORTAL_DEMO", default_value = "target/release/portal-demo")]
    demo: PathBuf,
    /// The gateway it starts.
    #[arg(long, env = "PORTAL_GATEWAY", default_value = "target/release/diffgram-portal")]
    gateway: PathBuf,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The API at a steady rate, next to `/healthz` at the same rate.
    Requests(requests::Options),
    /// Event streams that wait, one that does not read, and what a change costs meanwhile.
    Streams(streams::Options),
    /// Reading a large Diffgram, and how late changes show.
    Sync(sync::Options),
    /// What a large edit of a large schema means.
    Schemas(schemas::Options),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Only fails when one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments = Arguments::parse();
    let programs = world::Programs { demo: arguments.demo, gateway: arguments.gateway };
    match arguments.what {
        What::Requests(options) => requests::run(&programs, &options).await,
        What::Streams(options) => streams::run(&programs, &options).await,
        What::Sync(options) => sync::run(&programs, &options).await,
        What::Schemas(options) => schemas::run(&programs, &options).await,
    }
}

//! The command line of the gateway.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use portal_gateway::{app::App, check, clock::SystemClock, config::Config, keys, schema, telemetry};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

/// Answers are many small pieces, made on one thread and freed on another: the system's allocator spent a sixth of the time on that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Where the command line finds its key: arguments could be read by others on the machine.
const KEY: &str = "PORTAL_KEY";

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
    /// Try everything an install stands on, and say what is wrong and what to do. Ends with 1 when something failed.
    Check {
        /// The configuration; see docs/configure.md.
        #[arg(long, default_value = "portal.toml", env = "PORTAL_CONFIG")]
        config: PathBuf,
        /// For programs.
        #[arg(long)]
        json: bool,
    },
    /// Print the API as an OpenAPI 3.1 document.
    Openapi,
    /// Keep schemas as files in git: export, compare, plan and apply them, by the portal's API. The key is in PORTAL_KEY.
    Schema {
        /// The portal's address, for example https://portal.example.com.
        #[arg(long, global = true)]
        portal: Option<url::Url>,
        #[command(subcommand)]
        command: schema::command::Command,
    },
    /// Make, list, change over and end keys of host apps and scripts.
    Keys {
        /// The configuration; see docs/configure.md.
        #[arg(long, default_value = "portal.toml", env = "PORTAL_CONFIG", global = true)]
        config: PathBuf,
        /// For programs.
        #[arg(long, global = true)]
        json: bool,
        #[command(subcommand)]
        command: keys::command::Command,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Only fails when one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match Arguments::parse().command {
        Command::Serve { config } => Box::pin(serve(load(&config)?)).await,
        Command::Check { config, json } => check(&load(&config)?, json).await,
        Command::Openapi => openapi(),
        Command::Schema { portal, command } => Box::pin(schema(portal, command)).await,
        Command::Keys { config, json, command } => keys(&load(&config)?, command, json).await,
    }
}

fn load(path: &Path) -> anyhow::Result<Config> {
    // These are of the command line.
    let other = ["PORTAL_CONFIG", KEY];
    let ours = std::env::vars().filter(|(name, _)| name.starts_with("PORTAL_") && !other.contains(&name.as_str()));
    Ok(Config::load(path, ours)?)
}

#[expect(clippy::print_stdout, reason = "this is what people started it for")]
async fn check(config: &Config, json: bool) -> anyhow::Result<()> {
    let findings = check::run(config).await?;
    if json {
        println!("{}", serde_json::to_string_pretty(&findings)?);
    } else {
        print!("{}", check::words(&findings));
    }
    if findings.iter().any(|finding| finding.level == check::Level::Failure) {
        std::process::exit(1);
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is what people started it for")]
fn openapi() -> anyhow::Result<()> {
    print!("{}", portal_gateway::openapi::json());
    Ok(())
}

async fn schema(portal: Option<url::Url>, command: schema::command::Command) -> anyhow::Result<()> {
    let portal = portal.context("which portal? Give its address with --portal https://…")?;
    let key = std::env::var(KEY).ok().filter(|key| !key.is_empty()).with_context(|| {
        format!(
            "no key: put one with the scopes schemas:read and schemas:write into {KEY}; see diffgram-portal keys new"
        )
    })?;
    let code = schema::command::run(portal, key.into(), command, &mut std::io::stdout().lock()).await?;
    if code != 0 {
        std::process::exit(code.into());
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is what people started it for")]
async fn keys(config: &Config, command: keys::command::Command, json: bool) -> anyhow::Result<()> {
    println!("{}", keys::command::run(config, command, json).await?);
    Ok(())
}

async fn serve(config: Config) -> anyhow::Result<()> {
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

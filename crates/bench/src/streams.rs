//! Event streams that wait, one that does not read, and what a change costs meanwhile.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    task::JoinSet,
};

use crate::{
    line::Line,
    person::Person,
    world::{Programs, World},
};

/// How much is opened.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Streams that only wait.
    #[arg(long, default_value_t = 10_000)]
    streams: u32,
    /// Changes while one stream does not read.
    #[arg(long, default_value_t = 2_000)]
    changes: u32,
}

/// What the streams heard.
#[derive(Debug, Default)]
struct Heard {
    open: AtomicU32,
    /// Chunks that brought something after the greeting.
    said: AtomicU64,
    closed: AtomicU32,
}

/// Opens them, and prints what came of it. Fails when the stream that did not read is not told to read again.
pub async fn run(programs: &Programs, options: &Options) -> anyhow::Result<()> {
    let world = World::start(programs, &[("--tasks", options.changes)]).await?;
    let ana = Person::sign_in(&world, "ana@acme.example").await?;
    let ben = Person::sign_in(&world, "ben@acme.example").await?;
    world.read(&ana).await?;
    // What reading left behind is not the streams'.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let before = world.memory()?;
    let heard = Arc::new(Heard::default());
    let mut waiting = JoinSet::new();
    let begun = Instant::now();
    for n in 0..options.streams {
        let mut stream = open(&world, &ben, None).await.with_context(|| {
            format!("stream {n} cannot be opened; `ulimit -n` must allow {} files", options.streams + 100)
        })?;
        let heard = heard.clone();
        waiting.spawn(async move {
            let mut buffer = [0; 1024];
            heard.open.fetch_add(1, Ordering::Relaxed);
            while let Ok(1..) = stream.read(&mut buffer).await {
                heard.said.fetch_add(1, Ordering::Relaxed);
            }
            heard.closed.fetch_add(1, Ordering::Relaxed);
        });
    }
    let opened = begun.elapsed();
    tokio::time::sleep(Duration::from_secs(3)).await;
    let after = world.memory()?;
    let each = (after.saturating_sub(before)) as f64 / f64::from(options.streams.max(1));
    let closed = heard.closed.load(Ordering::Relaxed);
    Line {
        row: "gateway",
        what: format!("{} idle event streams", options.streams),
        value: format!("{each:.1} KB each"),
        budget: "≤ 40 KB each",
        met: Some(each <= 40.0 && closed == 0),
        note: format!(
            "memory of its own {} MB before, {} MB with them, opened one after the other in {:.1} s, {closed} closed; the client is a process of its own",
            before / 1024,
            after / 1024,
            opened.as_secs_f64()
        ),
    }
    .print();
    slow_reader(&world, &ana, options).await?;
    ensure!(heard.closed.load(Ordering::Relaxed) == 0, "streams that only waited were closed");
    waiting.abort_all();
    world.end().await
}

/// A stream that does not read while a lot happens costs nothing, and is told to read again once it does.
async fn slow_reader(world: &World, ana: &Person, options: &Options) -> anyhow::Result<()> {
    let mut slow = open(world, ana, Some(2048)).await?;
    let mut probe = open(world, ana, None).await?;
    let before = world.memory()?;
    let begun = Instant::now();
    for task in tasks_of(world, "ana@acme.example").await?.iter().take(options.changes as usize) {
        let (id, status) = (task["id"].as_i64().unwrap_or_default(), task["status"].as_str().unwrap_or_default());
        let other = if status == "in_progress" { "available" } else { "in_progress" };
        let answer = world.http.post(format!("{}/__demo/tasks/{id}", world.diffgram)).json(&json!({"status": other}));
        answer.send().await?.error_for_status()?;
    }
    // The next sweep finds them all at once: the other stream hears of them, or that it fell behind too.
    let mut told = String::new();
    while told.matches("event: task").count() < options.changes as usize && !told.contains("event: resync") {
        let text = tokio::time::timeout(Duration::from_secs(60), some(&mut probe)).await.context("nothing came")??;
        told.push_str(&text);
    }
    let took = begun.elapsed();
    let grown = world.memory()?.saturating_sub(before);
    let mut text = String::new();
    while !text.contains("event: resync") {
        let more = tokio::time::timeout(Duration::from_secs(30), some(&mut slow)).await;
        text.push_str(&more.context("the slow stream was not told to read again")??);
    }
    Line {
        row: "gateway",
        what: format!(
            "a stream that does not read while {} tasks change, beside {} others",
            options.changes, options.streams
        ),
        value: format!("told to read again; memory of the gateway +{:.1} MB", grown as f64 / 1024.0),
        budget: "bounded, others unharmed",
        met: Some(grown < 64 * 1024),
        note: format!("all changes made, found by the sweep and told to a reader in {:.1} s", took.as_secs_f64()),
    }
    .print();
    Ok(())
}

async fn tasks_of(world: &World, email: &str) -> anyhow::Result<Vec<Value>> {
    Ok(world.http.get(format!("{}/__demo/tasks?email={email}", world.diffgram)).send().await?.json().await?)
}

/// An event stream whose greeting has come. `buffer`: bytes that the system may keep for it.
async fn open(world: &World, person: &Person, buffer: Option<u32>) -> anyhow::Result<TcpStream> {
    let address = world.portal.trim_start_matches("http://");
    let socket = TcpSocket::new_v4()?;
    if let Some(bytes) = buffer {
        socket.set_recv_buffer_size(bytes)?;
    }
    let mut stream = socket.connect(address.parse()?).await?;
    let request = format!(
        "GET /api/events HTTP/1.1\r\nHost: {address}\r\nCookie: {}\r\nAccept: text/event-stream\r\nSec-Fetch-Site: same-origin\r\n\r\n",
        person.cookie
    );
    stream.write_all(request.as_bytes()).await?;
    let mut text = String::new();
    while !text.contains("event: freshness") {
        text.push_str(&some(&mut stream).await?);
        ensure!(text.starts_with("HTTP/1.1 200"), "{text}");
    }
    Ok(stream)
}

/// What came.
async fn some(stream: &mut TcpStream) -> anyhow::Result<String> {
    let mut buffer = vec![0; 16 * 1024];
    let read = stream.read(&mut buffer).await?;
    ensure!(read > 0, "the stream was closed");
    Ok(String::from_utf8_lossy(buffer.get(..read).unwrap_or_default()).into_owned())
}

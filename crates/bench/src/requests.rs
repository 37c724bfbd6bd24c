//! Requests at a steady rate, whether or not the answers come: a slow answer does not make the next question late.

use std::time::{Duration, Instant};

use anyhow::ensure;
use rand::seq::IndexedRandom as _;
use tokio::task::JoinSet;

use crate::{
    line::Line,
    numbers::Times,
    person::Person,
    world::{Programs, World},
};

/// How much is asked.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Questions a second.
    #[arg(long, default_value_t = 1_000)]
    rate: u32,
    /// How long a round is.
    #[arg(long, default_value_t = 5)]
    seconds: u32,
    /// Rounds of each kind, in turns.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Tasks that Ana has more.
    #[arg(long, default_value_t = 10_000)]
    tasks: u32,
}

/// Asks, and prints what came of it.
pub async fn run(programs: &Programs, options: &Options) -> anyhow::Result<()> {
    let world = World::start(programs, &[("--tasks", options.tasks)]).await?;
    let ana = Person::sign_in(&world, "ana@acme.example").await?;
    world.read(&ana).await?;
    let idle = world.memory()?;
    let list = ana.get("/api/tasks?limit=50").await?;
    let snapshot = list["snapshot"].as_str().unwrap_or_default().to_owned();
    let task = list["rows"][0]["id"].as_i64().unwrap_or_default();
    // What a page that is in use asks, in about these shares: windows while scrolling, a list anew, who I am, a task's people.
    let windows = (0..40).map(|n| ("window", format!("/api/tasks?offset={}&limit=100&snapshot={snapshot}", n * 100)));
    let lists = ["/api/tasks?offset=0&limit=100", "/api/tasks?q=cat&offset=0&limit=100"].map(str::to_owned);
    let mixed: Vec<Question> = windows
        .chain(["list", "search"].into_iter().zip(lists))
        .chain(std::iter::repeat_n(("session", "/api/session".to_owned()), 20))
        .chain(std::iter::repeat_n(("task", format!("/api/tasks/{task}")), 10))
        .collect();
    let floor = vec![("floor", "/healthz".to_owned())];
    // Connections and caches are warm before anything counts.
    round(&ana, &mixed, options.rate / 10, 1).await?;
    let (mut api, mut health) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        health.extend(round(&ana, &floor, options.rate, options.seconds).await?);
        api.extend(round(&ana, &mixed, options.rate, options.seconds).await?);
    }
    let kinds = ["window", "list", "search", "session", "task"].map(|kind| {
        let times = Times::new(api.iter().filter(|(of, _)| *of == kind).map(|(_, time)| *time).collect());
        format!("{kind} {:.1} / {:.1}", times.at(0.5), times.at(0.99))
    });
    let times = |answers: Vec<Answer>| Times::new(answers.into_iter().map(|(_, time)| time).collect());
    let (api, health) = (times(api), times(health));
    let over = api.at(0.99) - health.at(0.99);
    Line {
        row: "gateway",
        what: format!("API at {} requests/s, Ana with {} tasks", options.rate, options.tasks),
        value: format!("p99 {:.1} ms (median {:.1}, p99.9 {:.1})", api.at(0.99), api.at(0.5), api.at(0.999)),
        budget: "p99 ≤ 5 ms",
        met: Some(api.at(0.99) <= 5.0),
        note: format!(
            "{} answers, sent on time whether or not earlier ones came; floor in turns: /healthz p99 {:.1} ms (median {:.1}); over it {over:.1} ms; median / p99 by kind: {}. The client, the stand-in and the gateway share the cores, and the demo's sweep reads all tasks \
             every 5 s, because all changed today. Tried: lists and counts in memory, mimalloc, the store mapped into memory",
            api.len(),
            health.at(0.99),
            health.at(0.5),
            kinds.join(", "),
        ),
    }
    .print();
    Line {
        row: "memory",
        what: format!("gateway after reading {} tasks, then after the load", options.tasks),
        value: format!("{} MB, {} MB", idle / 1024, world.memory()? / 1024),
        budget: "",
        met: None,
        note: "of its own, without the mapped store (RssAnon)".into(),
    }
    .print();
    world.end().await
}

/// What is asked: its kind, and where.
type Question = (&'static str, String);
/// How long an answer took: its kind, and from the moment the question was due.
type Answer = (&'static str, Duration);

/// One round.
async fn round(person: &Person, questions: &[Question], rate: u32, seconds: u32) -> anyhow::Result<Vec<Answer>> {
    let begun = Instant::now();
    let mut asked = JoinSet::new();
    for n in 0..rate * seconds {
        let due = begun + Duration::from_secs(1) * n / rate.max(1);
        tokio::time::sleep_until(due.into()).await;
        let Some((kind, path)) = questions.choose(&mut rand::rng()) else { break };
        let (kind, request) = (*kind, person.request(path));
        asked.spawn(async move {
            let answer = request.send().await?.error_for_status()?;
            answer.bytes().await?;
            Ok::<_, reqwest::Error>((kind, due.elapsed()))
        });
    }
    let mut times = Vec::new();
    for answer in asked.join_all().await {
        times.push(answer?);
    }
    ensure!(!times.is_empty(), "nothing was asked");
    Ok(times)
}

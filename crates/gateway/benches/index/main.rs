//! What a person waits for in the task list and the explorer, at 100,000 files, 2 million annotations and 100,000 tasks: whole
//! requests through the gateway's router, with a session, from a store made by the real migrations.
//!
//! `cargo bench -p portal-gateway --bench index`. Each round asks every question of every person once; `PORTAL_BENCH_ROUNDS`
//! says how many there are (45).

mod facets;
mod store;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use portal_gateway::{app::App, clock::SystemClock, config::Config, session::claims::Identity};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// What people ask of the explorer.
const QUERIES: [&str; 22] = [
    "",
    "label:\"label 03\"",
    "label:\"label 03\" score>=0.9",
    "run:night-2 score<0.1",
    "dataset:cust-x-1",
    "cafe 0123",
    "-label:\"label 03\" has:annotation",
    "type:video or score>=0.999",
    "type:video",
    "has:prediction",
    "label:\"label 07\" sort:-score",
    "sort:name",
    "attribute.q03:\"option 12\"",
    "label:\"label 03\" attribute.q09>=50",
    "attribute.q10>=50 kind:polygon",
    "near:0.5 kind:box",
    "count:\"label 03\"<2 sort:-count",
    "created>=2026-08-01 width>1000 updated:2026-08",
    "disagree:night-1,person>0.3",
    "status:complete missing:issue assignee:me",
    "sample:200 seed:7 has:score",
    "sort:random seed:7 limit:500",
];
/// What people ask of their task list.
const LISTS: [(&str, &str); 13] = [
    ("first page", "tab=todo&sort=newest"),
    ("all by name", "tab=all&sort=name"),
    ("all by job", "tab=all&sort=job"),
    ("many found", "tab=all&sort=newest&q=cafe"),
    ("few found", "tab=all&sort=name&q=crossing+0123"),
    ("none found", "tab=all&sort=oldest&q=nowhere"),
    ("by status, back", "tab=todo&sort=-status"),
    ("due first", "tab=all&sort=due"),
    ("of two jobs", "tab=all&sort=newest&job=3,7"),
    ("of a label", "tab=todo&sort=name&label=3"),
    ("late or with issues, of a dataset", "tab=todo&sort=-due&dataset=2,3&due=overdue,today&issues=open"),
    (
        "all filters and words",
        "tab=all&q=cafe&job=1,2,3&kind=image&status=available,complete&age=older&label=3,4,5&sort=-dataset",
    ),
    ("where a task stands", "tab=all&sort=-name&anchor=4711"),
];
/// Which counts people look at beside it.
const FACETS: [(&str, &str); 4] = [
    ("facets of all", "tab=all"),
    ("facets of two jobs", "tab=todo&job=3,7"),
    ("facets of a search", "tab=all&q=cafe"),
    (
        "facets of many filters",
        "tab=all&job=1,2,3&kind=image&status=available,complete&age=older&label=3,4,5&due=overdue",
    ),
];

struct Someone {
    name: &'static str,
    /// What they see.
    sees: &'static str,
    cookie: String,
}

/// Times of one question of one person.
struct Case {
    who: usize,
    what: String,
    path: String,
    times: Vec<Duration>,
    total: u64,
}

impl Case {
    fn new(who: usize, what: &str, path: String) -> Self {
        Self { who, what: what.to_owned(), path, times: Vec::new(), total: 0 }
    }
}

fn main() -> anyhow::Result<()> {
    // `cargo test --benches` starts it, too: a measurement is no test.
    if !std::env::args().any(|arg| arg == "--bench") {
        return Ok(());
    }
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(bench())
}

async fn bench() -> anyhow::Result<()> {
    let rounds: usize = std::env::var("PORTAL_BENCH_ROUNDS").map_or(Ok(45), |text| text.parse())?;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let data = store::folder().await?;
    let empty = resident()?;
    let app = App::open(config(&data)?, Arc::new(SystemClock)).await?;
    let opened = resident()?;
    let people = [
        sign_in(&app, "Rita", "all 100,000 files by a grant", "rita@acme.example", &[("groups", "labeling-reviewers")])
            .await?,
        sign_in(&app, "Xaver", "5,000 files by a grant", "xaver@x.example", &[("customer", "x")]).await?,
        sign_in(&app, "Ana", "10,000 tasks and their files", "ana@acme.example", &[]).await?,
        sign_in(&app, "Olga", "100,000 tasks and their files", "olga@acme.example", &[]).await?,
    ];
    let router = app.router();

    let began = Instant::now();
    ask(&router, &people[0], "/api/files?limit=60").await?;
    let first = began.elapsed();
    let loaded = resident()?;

    let mut explorer = Vec::new();
    let (mut lists, mut facets) = (Vec::new(), Vec::new());
    for (who, someone) in people.iter().enumerate() {
        for q in QUERIES {
            explorer.push(Case::new(
                who,
                if q.is_empty() { "(all)" } else { q },
                format!("/api/files?limit=60&q={}", encoded(q)),
            ));
        }
        if matches!(someone.name, "Ana" | "Olga") {
            lists.extend(LISTS.map(|(what, query)| Case::new(who, what, format!("/api/tasks?limit=50&{query}"))));
            facets.extend(FACETS.map(|(what, query)| Case::new(who, what, format!("/api/tasks/facets?{query}"))));
        }
    }
    let mut floor = Vec::new();
    let (mut processor, mut waited) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..rounds {
        let began = Instant::now();
        let ids: Vec<i64> = (1..=100).map(|n| n * 997).collect();
        let rows = sqlx::query("SELECT * FROM file WHERE id IN (SELECT value FROM json_each(?))")
            .bind(serde_json::to_string(&ids)?)
            .fetch_all(app.store.pool())
            .await?;
        ensure!(rows.len() == 100, "the floor reads 100 rows");
        floor.push(began.elapsed());
        for case in explorer.iter_mut().chain(&mut lists).chain(&mut facets) {
            let (busy, began) = (busy()?, Instant::now());
            let answer = ask(&router, &people[case.who], &case.path).await?;
            let took = began.elapsed();
            waited += took;
            processor += self::busy()?.saturating_sub(busy);
            case.times.push(took);
            case.total = answer["total"].as_u64().context("a total")?;
        }
    }
    let (floor, _) = percentiles(&mut floor);
    let used = resident()?;

    // On a machine with others on it, people would wait less than was waited here.
    let quiet = processor.as_secs_f64() / waited.as_secs_f64();
    for (row, asked_for, budget, cases) in [
        ("explorer", "first page", 50, &mut explorer),
        ("list", "first page", 10, &mut lists),
        ("list", "counts by every filter", 50, &mut facets),
    ] {
        eprintln!("\n{row}, {asked_for}: {rounds} rounds, ms; floor (100 rows by key) {:.2} ms", ms(floor));
        for (who, someone) in people.iter().enumerate() {
            let mut all = Vec::new();
            for case in cases.iter_mut().filter(|case| case.who == who) {
                let (median, p95) = percentiles(&mut case.times);
                eprintln!(
                    "  {:6} {:36} {:>7} found  median {:8.2}  p95 {:8.2}",
                    someone.name,
                    case.what,
                    case.total,
                    ms(median),
                    ms(p95)
                );
                all.append(&mut case.times);
            }
            if all.is_empty() {
                continue;
            }
            let asked = all.len() / rounds;
            let (median, p95) = percentiles(&mut all);
            line(
                row,
                &format!(
                    "{asked_for}, 100,000 files / 2 M annotations / 100,000 tasks; {} ({})",
                    someone.name, someone.sees
                ),
                &format!("p95 {:.1} ms (median {:.1} ms)", ms(p95), ms(median)),
                &format!("≤ {budget} ms p95"),
                Some(p95 <= Duration::from_millis(budget)),
                &format!(
                    "whole requests through the router with a session, {asked} questions, {rounds} alternating rounds; the floor, \
                     100 rows by key, took {:.2} ms; the process was running {:.0} % of the time waited",
                    ms(floor),
                    quiet * 100.0
                ),
            );
        }
    }
    line(
        "explorer",
        "the first question after a start",
        &format!("{:.1} s", first.as_secs_f64()),
        "stated only",
        None,
        "100,000 files / 2 M annotations",
    );
    line(
        "memory",
        "gateway with 100,000 files / 2 M annotations / 100,000 tasks",
        &format!(
            "{opened} MB opened, {loaded} MB after the first question, {used} MB after {}",
            rounds * (explorer.len() + lists.len() + facets.len())
        ),
        "stated only",
        None,
        &format!("without the mapped store, in the measuring process, which has {empty} MB of its own"),
    );
    count(&app, &router, &people[0]).await
}

/// Facets: SQL over the store against the columns in memory, in alternating rounds.
async fn count(app: &App, router: &Router, rita: &Someone) -> anyhow::Result<()> {
    eprintln!();
    for (q, condition) in facets::ASKED {
        let path = format!("/api/files/facets?q={}", encoded(q));
        let (mut by_sql, mut by_columns) = (Vec::new(), Vec::new());
        for _ in 0..9 {
            let began = Instant::now();
            let rows = facets::by_sql(app.store.pool(), condition).await?;
            by_sql.push(began.elapsed());
            let began = Instant::now();
            let answer = ask(router, rita, &path).await?;
            by_columns.push(began.elapsed());
            let lists = ["datasets", "labels", "runs", "types"].map(|list| answer[list].as_array().map_or(0, Vec::len));
            ensure!(rows == i64::try_from(lists.iter().sum::<usize>())?, "{q}: both count the same: {rows} {answer}");
        }
        let (sql, _) = percentiles(&mut by_sql);
        let (columns, p95) = percentiles(&mut by_columns);
        line(
            "explorer",
            &format!("facets of {}", if q.is_empty() { "all files" } else { q }),
            &format!("p95 {:.1} ms (median {:.1} ms)", ms(p95), ms(columns)),
            "≤ 200 ms p95",
            Some(p95 <= Duration::from_millis(200)),
            &format!(
                "columns in memory, whole requests; the same counts by SQL: median {:.0} ms ({:.0} times); 9 alternating rounds",
                ms(sql),
                ms(sql) / ms(columns)
            ),
        );
    }
    Ok(())
}

/// How long this process has been on a processor, in steps of 10 ms.
fn busy() -> anyhow::Result<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit_once(") ").context("a name")?.1;
    let ticks: u64 = after_name.split(' ').skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum();
    Ok(Duration::from_millis(ticks * 10))
}

fn config(data: &Path) -> anyhow::Result<Config> {
    use std::os::unix::fs::PermissionsExt as _;
    let secret = data.join("secret");
    std::fs::write(&secret, "a secret")?;
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600))?;
    // Neither is asked anything.
    let text = format!(
        "public_url = \"http://127.0.0.1:1\"\nlisten = \"127.0.0.1:0\"\ndata_dir = {:?}\n\
         [oidc]\nissuer = \"http://127.0.0.1:1\"\nclient_id = \"portal\"\n\
         [diffgram]\nurl = \"http://127.0.0.1:1\"\npublic_url = \"http://127.0.0.1:1\"\n\
         [[project]]\nid = \"acme-vision\"\nclient_id = \"key\"\nclient_secret_file = \"secret\"\n\
         [[grant]]\nproject = \"acme-vision\"\nclaim = \"customer\"\ndatasets = \"cust-{{claim}}-*\"\n\
         [[grant]]\nproject = \"acme-vision\"\nclaim = \"groups\"\nany = [\"labeling-reviewers\"]\ndatasets = \"*\"\n",
        data.display().to_string()
    );
    let path = data.join("portal.toml");
    std::fs::write(&path, text)?;
    Ok(Config::load(&path, [])?)
}

async fn sign_in(
    app: &App,
    name: &'static str,
    sees: &'static str,
    email: &str,
    claims: &[(&str, &str)],
) -> anyhow::Result<Someone> {
    let who = Identity {
        subject: name.to_owned(),
        name: name.to_owned(),
        email: Some(email.to_owned()),
        email_verified: true,
        roles_from: claims
            .iter()
            .map(|(claim, value)| ((*claim).to_owned(), vec![(*value).to_owned()]))
            .collect::<BTreeMap<_, _>>(),
    };
    let value = app.sessions.start("http://127.0.0.1:1", &who, None, "").await?;
    Ok(Someone { name, sees, cookie: format!("{}={value}", app.jar.session_name()) })
}

async fn ask(router: &Router, who: &Someone, path: &str) -> anyhow::Result<Value> {
    let request = Request::get(path).header(header::COOKIE, &who.cookie).body(Body::empty())?;
    let answer = router.clone().oneshot(request).await?;
    let status = answer.status();
    let body = to_bytes(answer.into_body(), 64 << 20).await?;
    ensure!(status.is_success(), "{path} for {}: {status} {}", who.name, String::from_utf8_lossy(&body));
    Ok(serde_json::from_slice(&body)?)
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Median and 95th percentile.
fn percentiles(times: &mut [Duration]) -> (Duration, Duration) {
    times.sort_unstable();
    let at = |part: usize| {
        times.get((times.len() * part / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
    };
    (at(50), at(95))
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Memory that this process has for itself, in MB: not the pages of the store, which are mapped and belong to the file.
fn resident() -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).context("RssAnon")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? / 1024)
}

/// One result, for `cargo xtask bench`.
fn line(row: &str, what: &str, value: &str, budget: &str, met: Option<bool>, note: &str) {
    println!("BENCH {}", json!({"row": row, "what": what, "value": value, "budget": budget, "met": met, "note": note}));
}

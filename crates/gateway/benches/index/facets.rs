//! The spike: what facets would cost as SQL over the store, in one pass for each, for somebody who sees every dataset.

use anyhow::Context as _;
use sqlx::{AssertSqlSafe, Row, SqlitePool};

/// The files of a query, once for all passes.
const FILES: &str =
    "WITH found(file) AS MATERIALIZED (SELECT DISTINCT df.file FROM dataset d JOIN dataset_file df ON df.dataset = d.id
  WHERE d.project = 'acme-vision' AND d.listed AND d.name GLOB '*'";
const PASSES: [&str; 5] = [
    "SELECT d.name, count(*) AS n FROM found JOIN dataset_file df ON df.file = found.file JOIN dataset d ON d.id = df.dataset GROUP BY d.name_key",
    "SELECT a.label, count(DISTINCT a.file) AS n FROM found JOIN annotation a ON a.file = found.file GROUP BY a.label",
    "SELECT a.run, count(DISTINCT a.file) AS n FROM found JOIN annotation a ON a.file = found.file WHERE a.predicted GROUP BY a.run",
    "SELECT f.kind, count(*) AS n FROM found JOIN file f ON f.id = found.file GROUP BY f.kind",
    "SELECT min(9, cast(a.score * 10 AS INTEGER)) AS bin, count(*) AS n FROM found JOIN annotation a ON a.file = found.file
       WHERE a.predicted AND a.score IS NOT NULL GROUP BY bin",
];

/// What is asked for, with the condition in SQL.
pub const ASKED: [(&str, &str); 3] = [
    ("", ""),
    (
        "label:\"label 03\" score>=0.9",
        " AND EXISTS (SELECT 1 FROM annotation a WHERE a.file = df.file AND a.label = 3 AND a.predicted AND a.score_key >= 900000)",
    ),
    ("dataset:cust-x-1", " AND d.name_key = 'cust-x-1'"),
];

/// Runs all passes; answers how many datasets, labels, runs and types they found.
pub async fn by_sql(pool: &SqlitePool, condition: &str) -> anyhow::Result<i64> {
    let mut rows = 0;
    for (number, pass) in PASSES.into_iter().enumerate() {
        let sql = format!("{FILES}{condition}) {pass}");
        for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(pool).await.context("facets by SQL")? {
            // Its last pass counts all scores; the portal only those that the query asks for.
            rows += i64::from(number < PASSES.len() - 1 && row.get::<i64, _>("n") > 0);
        }
    }
    Ok(rows)
}

//! A store of 100,000 files, 2 million annotations and 100,000 tasks, made once and kept below `target/bench/`.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use portal_gateway::store::Store;
use sqlx::AssertSqlSafe;

pub const FILES: u32 = 100_000;
/// In 20 datasets of 5,000 files. Seven of eight files are pictures; each has 0 to 46 annotations.
const FILL: &str = "
CREATE TEMP TABLE n(i INTEGER PRIMARY KEY);
INSERT INTO n WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n;
CREATE TEMP TABLE word(i INTEGER PRIMARY KEY, w TEXT);
INSERT INTO word VALUES (0, 'street'), (1, 'Café'), (2, 'harbour'), (3, 'night'), (4, 'portrait'), (5, 'größe'), (6, 'crossing'), (7, 'cup');
INSERT INTO member VALUES ('acme-vision', 1, 11, 'ana@acme.example', 'Ana'), ('acme-vision', 2, 12, 'rita@acme.example', 'Rita'),
  ('acme-vision', 3, 13, 'olga@acme.example', 'Olga'), ('acme-vision', 4, 14, 'xaver@x.example', 'Xaver');
INSERT INTO sync_state (project, name, members_read, complete, as_of)
  VALUES ('acme-vision', 'Acme Vision', '2026-11-24T10:00:00.000000Z', 1, '2026-11-24T10:00:00.000000Z');
INSERT INTO file_sync VALUES ('acme-vision', '2026-11-24T10:00:00.000000Z');
INSERT INTO dataset SELECT i, 'acme-vision', iif(i = 7, 'cust-x-1', printf('bulk-%02d', i)), iif(i = 7, 'cust-x-1', printf('bulk-%02d', i)), 1
  FROM n WHERE i <= 20;
INSERT INTO label SELECT 'acme-vision', i, printf('label %02d', i), printf('label %02d', i), '#336699' FROM n WHERE i <= 40;
INSERT INTO model_run SELECT i, 'acme-vision', 'night-' || i, 'night-' || i FROM n WHERE i <= 6;
INSERT INTO file (id, project, name, kind, width, height, has_thumb, name_key, created, changed, drawn, refused)
  SELECT n.i, 'acme-vision', printf('%s %06d.jpg', w, n.i * 7919 % 100003), iif(n.i % 8 = 0, 'video', 'image'), 1920, 1080, 1,
    printf('%s %06d.jpg', replace(replace(replace(lower(w), 'é', 'e'), 'ö', 'o'), 'ß', 'ss'), n.i * 7919 % 100003),
    strftime('%Y-%m-%dT%H:%M:%S.000000Z', 1780000000 + n.i * 48271 % 99991 * 60, 'unixepoch'),
    strftime('%Y-%m-%dT%H:%M:%S.000000Z', 1785000000 + n.i * 69621 % 99991 * 60, 'unixepoch'),
    strftime('%Y-%m-%dT%H:%M:%S.000000Z', 1785000000 + n.i * 69621 % 99991 * 60, 'unixepoch'), 0
  FROM n JOIN word ON word.i = n.i * 31 % 8;
INSERT INTO dataset_file SELECT (i - 1) / 5000 + 1, i FROM n;
CREATE TEMP TABLE box AS SELECT f.i AS file, b.i - 1 AS k, (f.i * 131 + b.i * 48271 + f.i * b.i * 69621) % 1000003 AS r
  FROM n f JOIN n b ON b.i <= f.i * 7919 % 47 WHERE f.i % 8 <> 0;
INSERT INTO annotation
  SELECT file, k, file * 100 + k, NULL, 1 + min(r % 53, r / 53 % 53) % 40, r % 5 < 3, iif(r % 5 < 3, 1 + r / 7 % 6, NULL),
    iif(r % 5 < 3, (r * 37 % 1000003 + 1) / 1000004.0, NULL), iif(r % 5 < 3, cast(round((r * 37 % 1000003 + 1) / 1000004.0 * 1e6) AS INTEGER), NULL),
    printf('{\"box\":{\"x_min\":%d.0,\"y_min\":%d.0,\"x_max\":%d.0,\"y_max\":%d.0}}', r % 1500, r % 900, r % 1500 + 100, r % 900 + 100), NULL,
    iif(k % 5 = 0, 1, 0), NULL
  FROM box;
INSERT INTO attribute SELECT 'acme-vision', i, printf('Question %02d?', i), printf('question %02d?', i), printf('q%02d', i) FROM n WHERE i <= 10;
INSERT INTO attribute_option SELECT 'acme-vision', (i - 1) / 5 + 1, i, printf('option %02d', i), printf('option %02d', i) FROM n WHERE i <= 50;
INSERT INTO answer SELECT file, k, 0, r % 10 + 1, iif(r % 10 = 9, NULL, r % 10 * 5 + 1 + r / 10 % 5), iif(r % 10 = 9, r % 100, NULL)
  FROM box WHERE r % 4 = 0;
INSERT INTO disagreement SELECT f.i, 0, r.i, f.i % 7, f.i % 7 * 2 + f.i * r.i % 11 FROM n f JOIN n r ON r.i <= 3 WHERE f.i % 8 <> 0;
INSERT INTO task (id, project, file, job, job_name, dataset, dataset_name, status, created, updated, search, name_key, job_key, print)
  SELECT n.i, f.project, f.id, n.i % 12 + 1, printf('Job %02d', n.i % 12 + 1), d.id, d.name,
    iif(n.i % 3 = 0, 'complete', iif(n.i % 3 = 1, 'available', 'in_progress')), f.created, f.changed,
    f.name_key || printf(' job %02d ', n.i % 12 + 1) || d.name_key || ' ' || n.i || ' ' || f.id || ' ' || (n.i % 12 + 1) || ' ' || d.id,
    f.name_key, printf('job %02d', n.i % 12 + 1), printf('%.600c', 'x')
  FROM n JOIN file f ON f.id = n.i JOIN dataset_file df ON df.file = f.id JOIN dataset d ON d.id = df.dataset;
INSERT INTO task_person SELECT 'acme-vision', 1, id, 1, iif(status = 'complete', 2, 0) FROM task WHERE id % 10 = 1;
INSERT INTO task_person SELECT 'acme-vision', 3, id, 3, iif(status = 'complete', 2, 0) FROM task;
UPDATE task SET due = iif(id % 4 = 0, NULL, strftime('%Y-%m-%dT%H:%M:%S.000000Z', 1785000000 + id * 71 % 9973 * 3600, 'unixepoch')),
  open_issues = id % 50 = 0;
UPDATE file SET frames_read = changed WHERE kind = 'video';
DROP TABLE box; DROP TABLE n; DROP TABLE word;
ANALYZE;
";

/// The folder with the store, made when it is not there or was made by other migrations.
pub async fn folder() -> anyhow::Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut print = DefaultHasher::new();
    FILL.hash(&mut print);
    let mut migrations: Vec<_> =
        std::fs::read_dir(here.join("migrations"))?.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<_>>()?;
    migrations.sort();
    for path in migrations {
        std::fs::read(&path)?.hash(&mut print);
    }
    let folder = here.join(format!("../../target/bench/index-{:016x}", print.finish()));
    let made = folder.join("made");
    if made.exists() {
        return Ok(folder);
    }
    eprintln!("making a store of {FILES} files in {}; this takes a minute, once", folder.display());
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder)?;
    let store = Store::open(&folder.join("portal.sqlite3")).await?;
    let mut connection = store.pool().acquire().await?;
    sqlx::raw_sql(AssertSqlSafe(format!("BEGIN; {FILL} COMMIT;")))
        .execute(&mut *connection)
        .await
        .context("filling")?;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut *connection).await?;
    drop(connection);
    store.pool().close().await;
    std::fs::write(made, "")?;
    Ok(folder)
}

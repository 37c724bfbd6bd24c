//! The gateway from outside: over HTTP, before a stand-in Diffgram and an identity provider, as a browser meets it.
//! Tests carry the ids of the cases they play (`docs/security.md`).
#![expect(clippy::expect_used, reason = "a test that cannot go on says where")]

mod acting;
mod check;
mod compare;
mod crawl;
mod embed;
mod events;
mod explorer;
mod files;
mod first;
mod go;
mod headers;
mod issues;
mod keys;
mod media;
mod my_tasks;
mod next;
mod outages;
mod parity;
mod reading;
mod restart;
mod schema_files;
mod schema_runs;
mod schema_runs_broken;
mod schema_runs_kill;
mod schema_runs_people;
mod schemas;
mod schemas_api;
mod schemas_broken;
mod scope;
mod sessions;
mod signin;
mod support;
mod task_page;
mod view;
mod webhooks;

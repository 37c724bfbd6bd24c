//! `diffgram-portal check`: each thing an install stands on, whole and broken.

use portal_demo::{diffgram::Outage, provider::Fault};
use portal_gateway::{
    check::{self, Finding, Level},
    config::Config,
};
use secrecy::SecretString;

use crate::support::World;

async fn findings(config: &Config) -> Vec<Finding> {
    check::run(config).await.expect("findings")
}

fn of<'a>(findings: &'a [Finding], name: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.name == name).unwrap_or_else(|| panic!("no {name} in {findings:#?}"))
}

/// It failed, says this, and says what to do.
fn failed(findings: &[Finding], name: &str, says: &str) {
    let finding = of(findings, name);
    assert_eq!(finding.level, Level::Failure, "{finding:?}");
    let words = format!("{} {}", finding.what, finding.todo.clone().expect("what to do"));
    assert!(words.contains(says), "{words}");
}

#[tokio::test]
async fn all_is_well_in_the_demo_but_that_it_is_for_this_machine_only() {
    let world = World::start().await;
    let found = findings(&world.config).await;
    let not_ok: Vec<&str> = found.iter().filter(|f| f.level != Level::Ok).map(|f| f.name.as_str()).collect();
    assert_eq!(not_ok, ["address"], "{found:#?}");
    for name in [
        "store",
        "issuer",
        "redirect URI",
        "clock",
        "Diffgram",
        "forwarded headers",
        "key of acme-vision",
        "files of globex-lab",
        "webhook of acme-vision",
        "framing",
        "framing by shop",
    ] {
        assert_eq!(of(&found, name).level, Level::Ok);
    }
    let words = check::words(&found);
    assert!(words.ends_with("1 to look at, 0 failed\n"), "{words}");
    for secret in [&world.hook_token, "a secret", world.diffgram.keys["acme-vision"].client_secret.as_str()] {
        assert!(!words.contains(secret));
    }
}

#[tokio::test]
async fn oidc_12_another_issuer_is_named_with_both_spellings() {
    let world = World::start().await;
    world.provider.fault(Fault::WrongIssuer);
    let found = findings(&world.config).await;
    failed(&found, "issuer", &format!("{:?}", world.provider.issuer));
    failed(&found, "issuer", &format!("{:?}", format!("{}/", world.provider.issuer)));
    world.provider.fault(Fault::Down);
    failed(&findings(&world.config).await, "issuer", "check oidc.issuer");
}

#[tokio::test]
async fn a_redirect_uri_that_is_not_registered_is_named_letter_by_letter() {
    let world = World::start().await;
    let mut config = world.config.clone();
    config.public_url = "http://localhost:1".parse().expect("a URL");
    let found = findings(&config).await;
    failed(&found, "redirect URI", "http://localhost:1/signin/callback");
    assert_eq!(of(&found, "running portal").level, Level::Warning);
}

#[tokio::test]
async fn ups_03_a_diffgram_that_is_away_or_something_else_is_told() {
    let world = World::start().await;
    world.diffgram.outage(Outage::Html);
    failed(&findings(&world.config).await, "Diffgram", "check diffgram.url");
    world.diffgram.outage(Outage::Refuse);
    failed(&findings(&world.config).await, "Diffgram", "this machine may reach it");
}

#[tokio::test]
async fn a_wrong_key_and_a_host_that_is_not_allowed_are_told_for_their_project_alone() {
    let world = World::start().await;
    let mut config = world.config.clone();
    let acme = config.projects.keys().find(|id| id.0 == "acme-vision").cloned().expect("a project");
    config.projects.get_mut(&acme).expect("a project").client_secret = SecretString::from("wrong");
    let found = findings(&config).await;
    failed(&found, "key of acme-vision", "level Editor");
    assert_eq!(of(&found, "key of globex-lab").level, Level::Ok);
    let mut config = world.config.clone();
    config.diffgram.media_hosts.clear();
    let host = world.diffgram.url.trim_start_matches("http://").to_owned();
    failed(&findings(&config).await, "files of acme-vision", &format!("add {host:?} to diffgram.media_hosts"));
}

#[tokio::test]
async fn a_project_without_webhooks_and_a_folder_that_cannot_be_written_are_told() {
    let world = World::start().await;
    let mut config = world.config.clone();
    for project in config.projects.values_mut() {
        project.webhook_token = None;
    }
    assert_eq!(of(&findings(&config).await, "webhook of acme-vision").level, Level::Warning);
    config.data_dir = "/proc/nowhere".into();
    failed(&findings(&config).await, "store", "data_dir");
}

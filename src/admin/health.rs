//! How the frames of a host app fare, in sentences that say what to do. The facts are those of `docs/embed.md`.

use portal_model::{api::embed::HostRow, embed::ErrorCode, time::Timestamp};

use crate::text::{Key, hosts as w};

/// Something that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What it is and what to do; may name `{origin}`, `{portal}` and `{id}`.
    pub words: Key,
    /// How often it was told since the gateway started, and when last.
    pub told: Option<(u32, Timestamp)>,
    /// It works as it is; another way is better.
    pub is_hint: bool,
}

impl Finding {
    fn of(words: Key) -> Self {
        Self { words, told: None, is_hint: false }
    }
}

/// What is not as it should be: what stops people first.
pub fn findings(row: &HostRow) -> Vec<Finding> {
    let mut found: Vec<Finding> = row
        .errors
        .iter()
        .map(|error| Finding { told: Some((error.count, error.at.clone())), ..Finding::of(words(error.code)) })
        .collect();
    if row.seen.is_none() {
        found.push(Finding::of(w::NEVER_SEEN));
    }
    let was_told = |code: ErrorCode| row.errors.iter().any(|error| error.code == code);
    let Some(report) = &row.report else { return found };
    if !report.storage && !was_told(ErrorCode::StorageBlocked) {
        found.push(Finding::of(w::STORAGE_BLOCKED));
    }
    if report.popups == Some(false) && !was_told(ErrorCode::PopupBlocked) {
        found.push(Finding::of(w::POPUP_BLOCKED));
    }
    if !report.clipboard {
        found.push(Finding::of(w::NO_CLIPBOARD));
    }
    // Something can go wrong before the element has said that it is there.
    if report.element.is_none() && report.error.is_none() {
        found.push(Finding { is_hint: true, ..Finding::of(w::PLAIN_IFRAME) });
    }
    found
}

fn words(code: ErrorCode) -> Key {
    match code {
        ErrorCode::TokenRefused => w::TOKEN_REFUSED,
        ErrorCode::CookiesBlocked => w::COOKIES_BLOCKED,
        ErrorCode::PopupBlocked => w::POPUP_BLOCKED,
        ErrorCode::StorageBlocked => w::STORAGE_BLOCKED,
        ErrorCode::ViewRefused => w::VIEW_REFUSED,
        ErrorCode::LookRefused => w::LOOK_REFUSED,
        ErrorCode::FrameBlocked => w::FRAME_BLOCKED,
        ErrorCode::TokenFailed => w::TOKEN_FAILED,
        ErrorCode::Address => w::ADDRESS,
    }
}

#[cfg(test)]
mod tests {
    use portal_model::{
        api::embed::{Brand, EmbedHost, FrameReport, HostError},
        embed::Look,
    };

    use super::*;

    fn row(report: Option<FrameReport>) -> HostRow {
        let host = EmbedHost {
            id: "shop".into(),
            origin: "https://shop.example.com".into(),
            name: "Acme Shop".into(),
            views: Vec::new(),
            look: Look::default(),
            brand: Brand::default(),
        };
        let seen = report.is_some().then(|| Timestamp("2026-11-28T20:00:00Z".into()));
        HostRow { host, same_site: false, seen, report, sessions: 0, errors: Vec::new() }
    }

    fn well() -> FrameReport {
        FrameReport { element: Some("1.0.0".into()), storage: true, clipboard: true, ..FrameReport::default() }
    }

    fn said(row: &HostRow) -> Vec<Key> {
        findings(row).into_iter().map(|finding| finding.words).collect()
    }

    #[test]
    fn a_host_whose_frames_are_well_has_no_findings_and_one_never_seen_has_one() {
        assert_eq!(said(&row(Some(well()))), []);
        assert_eq!(said(&row(None)), [w::NEVER_SEEN]);
    }

    #[test]
    fn what_a_frame_lacks_is_told_once() {
        let lacks = FrameReport { popups: Some(false), ..FrameReport::default() };
        let mut row = row(Some(lacks));
        assert_eq!(said(&row), [w::STORAGE_BLOCKED, w::POPUP_BLOCKED, w::NO_CLIPBOARD, w::PLAIN_IFRAME]);
        assert!(findings(&row).last().unwrap().is_hint);
        let at = Timestamp("2026-11-28T20:01:00Z".into());
        row.errors = vec![HostError { code: ErrorCode::PopupBlocked, count: 3, at: at.clone() }];
        row.report.as_mut().unwrap().error = Some(ErrorCode::PopupBlocked);
        assert_eq!(
            said(&row),
            [w::POPUP_BLOCKED, w::STORAGE_BLOCKED, w::NO_CLIPBOARD],
            "it may not have said hello yet"
        );
        assert_eq!(findings(&row)[0].told, Some((3, at)));
    }
}

//! From an address to what it asks for. Strict: what does not read is no link (AUT-05).

use portal_model::{
    id::{AnnotationId, AttributeId, FileId, IssueId, JobId, TaskId},
    links::{self, GO},
};

/// Longer keys are nobody's, in characters.
const MAX_KEY: usize = 200;

/// What a link asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) what: What,
    /// The frame, for what has frames.
    pub(super) frame: Option<u32>,
    pub(super) way: Way,
}

/// The thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Task(TaskId),
    /// With the file, where the link says it: Diffgram keeps annotations of a clip with files of their own, one a frame.
    Annotation(AnnotationId, Option<FileId>),
    File(FileId),
    Issue(IssueId),
    Attribute(AttributeId, Option<TaskId>),
    Next(Option<JobId>),
    Key(String),
    View(String),
}

/// Where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Diffgram where it lands, else the portal.
    Best,
    /// The portal's own page.
    Portal,
    /// Diffgram, even where it does not land on the spot.
    Diffgram,
}

/// Reads path and query of an address below [`GO`].
pub(super) fn read(path: &str, query: Option<&str>) -> Option<Asked> {
    let rest = path.strip_prefix(GO)?;
    let parts: Vec<String> = rest.split('/').map(decode).collect::<Option<_>>()?;
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    // The first of its name; an unknown one changes nothing.
    let pairs: Vec<(String, String)> =
        url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let value = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let mut frame = optional(value("frame"), links::frame)?;
    let what = match parts.as_slice() {
        ["task", id] => What::Task(id.parse().ok()?),
        ["task", id, "frame", n] => {
            frame = Some(links::frame(n)?);
            What::Task(id.parse().ok()?)
        }
        ["annotation", id] => What::Annotation(id.parse().ok()?, optional(value("file"), |text| text.parse().ok())?),
        ["file", id] => What::File(id.parse().ok()?),
        ["issue", id] => What::Issue(id.parse().ok()?),
        ["attribute", id] => What::Attribute(id.parse().ok()?, optional(value("task"), |text| text.parse().ok())?),
        ["next"] => What::Next(optional(value("job"), |text| text.parse().ok())?),
        ["key", key] => What::Key(name(key)?),
        ["view", id] => What::View(name(id)?),
        _ => return None,
    };
    let way = match (value("in"), value("to")) {
        (Some("portal"), _) => Way::Portal,
        (_, Some("diffgram")) => Way::Diffgram,
        _ => Way::Best,
    };
    Some(Asked { what, frame, way })
}

/// A value that may be missing, but not wrong.
fn optional<T>(value: Option<&str>, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    match value {
        None => Some(None),
        Some(text) => read(text).map(Some),
    }
}

/// A key or an id in words: not empty, not endless, nothing invisible in it.
fn name(text: &str) -> Option<String> {
    let good = !text.trim().is_empty() && text.chars().count() <= MAX_KEY && !text.chars().any(char::is_control);
    good.then(|| text.to_owned())
}

/// A part of a path, decoded once; nothing for what is no UTF-8 or badly encoded.
fn decode(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        let hex = |byte: Option<u8>| byte.and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
        bytes.push(if byte == b'%' { hex(rest.next())? * 16 + hex(rest.next())? } else { byte });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use portal_model::links::Go;
    use proptest::prelude::*;

    use super::*;

    fn of(address: &str) -> Option<Asked> {
        let (path, query) = address.split_once('?').map_or((address, None), |(path, query)| (path, Some(query)));
        read(path, query)
    }

    fn best(what: What, frame: Option<u32>) -> Option<Asked> {
        Some(Asked { what, frame, way: Way::Best })
    }

    #[test]
    fn every_link_that_the_portal_makes_reads() {
        for (go, what, frame) in [
            (Go::Task(TaskId(12)), What::Task(TaskId(12)), None),
            (Go::Frame(TaskId(12), 3), What::Task(TaskId(12)), Some(3)),
            (Go::Annotation(AnnotationId(7)), What::Annotation(AnnotationId(7), None), None),
            (Go::InClip(AnnotationId(7), FileId(2), 0), What::Annotation(AnnotationId(7), Some(FileId(2))), Some(0)),
            (Go::File(FileId(2)), What::File(FileId(2)), None),
            (Go::FileFrame(FileId(2), 9), What::File(FileId(2)), Some(9)),
            (Go::Issue(IssueId(5)), What::Issue(IssueId(5)), None),
            (Go::Attribute(AttributeId(9), None), What::Attribute(AttributeId(9), None), None),
            (Go::Attribute(AttributeId(9), Some(TaskId(12))), What::Attribute(AttributeId(9), Some(TaskId(12))), None),
            (Go::Next(None), What::Next(None), None),
            (Go::Next(Some(JobId(5))), What::Next(Some(JobId(5))), None),
            (Go::Key("a/b ?#é%".into()), What::Key("a/b ?#é%".into()), None),
            (Go::View("config-1".into()), What::View("config-1".into()), None),
        ] {
            assert_eq!(of(&go.path()), best(what, frame), "{}", go.path());
        }
        assert_eq!(of("/go/task/12?frame=3"), of("/go/task/12/frame/3"), "as in the design");
        assert_eq!(of("/go/task/12?in=portal").map(|asked| asked.way), Some(Way::Portal));
        assert_eq!(of("/go/file/12?to=diffgram").map(|asked| asked.way), Some(Way::Diffgram));
        assert_eq!(of("/go/file/12?to=//evil.example"), of("/go/file/12"));
    }

    #[test]
    fn aut_05_oidc_28_what_is_odd_is_no_link() {
        for odd in [
            "",
            "0",
            "01",
            "-1",
            "+1",
            "1e3",
            "0x10",
            "1.0",
            " 1",
            "%201",
            "１",
            "%EF%BC%91",
            "9223372036854775808",
            "null",
            "1%00",
            "1%0d%0aLocation:%20//evil",
            "//evil.example",
            "%2f%2fevil",
            "%5cevil",
            "..",
            "%2e%2e",
            "1/",
            "1;a",
            "1%",
            "1%zz",
            "%ff",
        ] {
            for kind in ["task", "annotation", "file", "issue", "attribute"] {
                assert_eq!(of(&format!("/go/{kind}/{odd}")), None, "{kind} {odd:?}");
            }
            if !odd.contains(['/', ';', '%']) {
                assert_eq!(of(&format!("/go/task/12/frame/{odd}")), zero(odd), "frame {odd:?}");
                assert_eq!(of(&format!("/go/task/12?frame={odd}").replace('+', "%2B")), zero(odd), "{odd:?}");
            }
        }
        for odd in [
            "/go",
            "/go/",
            "/go/task",
            "/go/task/12/13",
            "/go/task/12/frame",
            "/go/go/task/12",
            "/go//task/12",
            "/go/task/12/frame/3/4",
            "/go/next/5",
            "/go/next?job=x",
            "/go/annotation/7?file=x",
            "/go/attribute/9?task=0",
            "/go/key/",
            "/go/key/%20",
            "/go/key/a%0d%0ab",
            "/go/key/a/b",
            "/go/view/",
            "/go/nothing/1",
            "/gone/task/12",
        ] {
            assert_eq!(of(odd), None, "{odd}");
        }
        assert_eq!(of(&format!("/go/key/{}", "x".repeat(MAX_KEY + 1))), None);
    }

    /// The one odd id that is a frame.
    fn zero(text: &str) -> Option<Asked> {
        (text == "0").then_some(Asked { what: What::Task(TaskId(12)), frame: Some(0), way: Way::Best })
    }

    proptest! {
        #[test]
        fn any_key_reads_back(key in "[^\\p{Cc}]{1,60}") {
            let read = of(&Go::Key(key.clone()).path());
            let wanted = (!key.trim().is_empty()).then(|| What::Key(key.clone()));
            prop_assert_eq!(read.map(|asked| asked.what), wanted);
        }

        #[test]
        fn any_address_reads_or_does_not(path in "\\PC{0,80}", query in "\\PC{0,40}") {
            let _ = read(&format!("/go/{path}"), Some(&query));
        }
    }
}

//! Diffgram's signed URLs, kept until shortly before they end. They are secrets: whoever holds one can read the blob.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use moka::{Expiry, future::Cache};
use portal_diffgram::{Error, types::SignedUrls};
use portal_model::{
    api::Media,
    id::{FileId, ProjectId},
};
use url::Url;

use crate::sync::Sync;

/// Without a word on how long it lives.
const DEFAULT_LIFE: Duration = Duration::from_secs(240);
/// Never kept longer.
const MAX_LIFE: Duration = Duration::from_secs(3600);
/// Given up this long before its end.
const MARGIN: Duration = Duration::from_secs(60);

type Key = (ProjectId, FileId);

/// Signed URLs by file, coalesced.
#[derive(Clone, Debug)]
pub(super) struct Urls {
    sync: Sync,
    cache: Cache<Key, Arc<SignedUrls>>,
}

struct Life;

impl Expiry<Key, Arc<SignedUrls>> for Life {
    fn expire_after_create(&self, _: &Key, urls: &Arc<SignedUrls>, _: std::time::Instant) -> Option<Duration> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let lives = [&urls.thumb, &urls.full, &urls.tokens].into_iter().flatten().map(|url| life(url, now));
        Some(lives.min().unwrap_or(DEFAULT_LIFE))
    }
}

impl Urls {
    pub(super) fn new(sync: Sync) -> Self {
        Self { sync, cache: Cache::builder().max_capacity(20_000).expire_after(Life).build() }
    }

    /// The URL of a rendition; `fresh` asks Diffgram again.
    pub(super) async fn get(
        &self,
        project: &ProjectId,
        file: FileId,
        which: Media,
        fresh: bool,
    ) -> Result<Option<Url>, Arc<Error>> {
        let key = (project.clone(), file);
        if fresh {
            self.cache.invalidate(&key).await;
        }
        let read = async {
            match self.sync.client(project) {
                Some(client) => client.signed_urls(file).await.map(Arc::new),
                None => Ok(Arc::new(SignedUrls { thumb: None, full: None, tokens: None })),
            }
        };
        let urls = self.cache.try_get_with(key, read).await?;
        let url = match which {
            Media::Thumb => &urls.thumb,
            Media::Tokens => &urls.tokens,
            Media::Full | Media::Video | Media::Text | Media::Audio => &urls.full,
        };
        Ok(url.as_deref().and_then(|url| Url::parse(url).ok()))
    }
}

/// How long a signed URL is kept: `Expires` is a moment, `X-Amz-Expires` and `X-Goog-Expires` are seconds from its signing.
fn life(url: &str, now: Duration) -> Duration {
    let Ok(url) = Url::parse(url) else { return DEFAULT_LIFE };
    let number =
        |name: &str| url.query_pairs().find(|(key, _)| key == name).and_then(|(_, value)| value.parse::<u64>().ok());
    let left = match number("Expires") {
        Some(at) => Duration::from_secs(at).saturating_sub(now),
        None => match number("X-Amz-Expires").or_else(|| number("X-Goog-Expires")) {
            Some(seconds) => Duration::from_secs(seconds),
            None => return DEFAULT_LIFE,
        },
    };
    left.saturating_sub(MARGIN).min(MAX_LIFE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_given_up_before_it_ends() {
        let now = Duration::from_secs(1_000);
        assert_eq!(life("https://s/x?Expires=1300", now), Duration::from_secs(240));
        assert_eq!(life("https://s/x?Expires=900", now), Duration::ZERO);
        assert_eq!(life("https://s/x?X-Amz-Expires=100000", now), MAX_LIFE);
        assert_eq!(life("https://s/x", now), DEFAULT_LIFE);
        assert_eq!(life("", now), DEFAULT_LIFE);
    }
}

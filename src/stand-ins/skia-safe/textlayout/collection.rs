//! Where a paragraph's fonts come from.

use crate::{FontMgr, Typeface, fonts::Provided};
use parley::fontique::{Collection, CollectionOptions, FontInfoOverride, SourceCache};
use parley::{FontContext, LayoutContext};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// Typefaces held in memory, registered by the application. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct TypefaceFontProvider(Provided);

impl TypefaceFontProvider {
    /// An empty provider.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a typeface, under `alias` instead of its own family name if given. Returns how many there are.
    pub fn register_typeface<'a>(&mut self, typeface: Typeface, alias: impl Into<Option<&'a str>>) -> usize {
        let mut all = lock(&self.0);
        all.push((typeface, alias.into().map(str::to_owned)));
        all.len()
    }
}

impl From<TypefaceFontProvider> for FontMgr {
    fn from(provider: TypefaceFontProvider) -> Self {
        Self(Some(provider.0))
    }
}

/// The fonts paragraphs choose from: first the asset manager's, then the default one's. Clones share
/// everything.
#[derive(Clone)]
pub struct FontCollection(pub(crate) Arc<Mutex<Fonts>>);

pub(crate) struct Fonts {
    asset: Option<Provided>,
    default: Option<FontMgr>,
    /// How many of the asset manager's typefaces are in `context`; none if it has to be built anew.
    taken: Option<usize>,
    /// The families of those, in the order they came: the last resort for any text.
    pub(crate) families: Vec<String>,
    pub(crate) context: FontContext,
    pub(crate) layout: LayoutContext<super::shaping::StyleId>,
}

impl FontCollection {
    /// A collection without fonts.
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Fonts {
            asset: None,
            default: None,
            taken: None,
            families: Vec::new(),
            context: FontContext { collection: bare(), source_cache: SourceCache::default() },
            layout: LayoutContext::new(),
        })))
    }

    /// Fonts the application brings.
    pub fn set_asset_font_manager(&mut self, font_manager: impl Into<Option<FontMgr>>) {
        let mut fonts = lock(&self.0);
        fonts.asset = font_manager.into().and_then(|m| m.0);
        fonts.taken = None;
    }

    /// Fonts to fall back on, usually the system's. The default family's name counts for nothing: what no
    /// family has, any font may supply.
    pub fn set_default_font_manager<'a>(
        &mut self,
        font_manager: impl Into<Option<FontMgr>>,
        default_family_name: impl Into<Option<&'a str>>,
    ) {
        let _: Option<&str> = default_family_name.into();
        let mut fonts = lock(&self.0);
        fonts.default = font_manager.into();
        fonts.taken = None;
    }

    pub(crate) fn fonts(&self) -> MutexGuard<'_, Fonts> {
        let mut fonts = lock(&self.0);
        fonts.update();
        fonts
    }
}

impl Fonts {
    /// Takes in what was registered since the last time.
    fn update(&mut self) {
        if self.taken.is_none() {
            let system = self.default.as_ref().is_some_and(|m| m.0.is_none());
            self.context.collection = if system { system_fonts() } else { bare() };
            self.families.clear();
        }
        let mut taken = self.taken.unwrap_or(0);
        let provided = self.default.as_ref().and_then(|m| m.0.clone());
        for source in self.asset.iter().chain(provided.iter()).cloned().collect::<Vec<_>>() {
            // Only the asset manager grows after it is set; a provider as default is read once.
            let all = lock(&source).clone();
            let is_asset = self.asset.as_ref().is_some_and(|a| Arc::ptr_eq(a, &source));
            let from = if is_asset { taken.min(all.len()) } else { 0 };
            if !is_asset && self.taken.is_some() {
                continue;
            }
            for (typeface, alias) in &all[from..] {
                self.register(typeface, alias.as_deref());
            }
            if is_asset {
                taken = all.len();
            }
        }
        self.taken = Some(taken);
    }

    fn register(&mut self, typeface: &Typeface, alias: Option<&str>) {
        let info = alias.map(|name| FontInfoOverride { family_name: Some(name), ..Default::default() });
        let found = self.context.collection.register_fonts(typeface.data.clone(), info);
        for (family, _) in found {
            if let Some(name) = self.context.collection.family_name(family) {
                let name = name.to_owned();
                if !self.families.contains(&name) {
                    self.families.push(name);
                }
            }
        }
    }
}

impl Default for FontCollection {
    fn default() -> Self {
        Self::new()
    }
}

impl From<&FontCollection> for FontCollection {
    fn from(collection: &FontCollection) -> Self {
        collection.clone()
    }
}

fn bare() -> Collection {
    Collection::new(CollectionOptions { shared: false, system_fonts: false })
}

/// The system's fonts are listed once in a process; it takes tens of milliseconds.
fn system_fonts() -> Collection {
    static SYSTEM: OnceLock<Mutex<Collection>> = OnceLock::new();
    let system = SYSTEM
        .get_or_init(|| Mutex::new(Collection::new(CollectionOptions { shared: false, system_fonts: true })));
    lock(system).clone()
}

/// A panic elsewhere leaves nothing here half done.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

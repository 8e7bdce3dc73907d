//! How much fits. Token counts are estimates on the safe side: no tokenizer is the same for two vendors.

/// Estimated tokens of a text: one for every 3 ASCII characters (English prose has about 4, JSON about 3), one for every
/// other character, three for every character outside the basic plane. A message's own overhead is 4 more.
#[must_use]
pub fn tokens(text: &str) -> u32 {
    let (ascii, other) = text.chars().fold((0_usize, 0_usize), |(ascii, other), c| match c.len_utf8() {
        1 => (ascii + 1, other),
        4 => (ascii, other + 3),
        _ => (ascii, other + 1),
    });
    u32::try_from(ascii.div_ceil(3) + other).unwrap_or(u32::MAX)
}

/// Tokens every message of a conversation costs besides its text.
pub const MESSAGE_OVERHEAD: u32 = 4;

/// Windows below this hold little more than the rules, in tokens.
const SMALL_WINDOW: u32 = 4_096;

/// Tokens that may be sent: the window without what is kept free for the answer, which is at most half of it, or a
/// quarter of a small one.
#[must_use]
pub fn input_tokens(context_tokens: u32, max_output_tokens: u32) -> u32 {
    let most = if context_tokens < SMALL_WINDOW { context_tokens / 4 } else { context_tokens / 2 };
    context_tokens.saturating_sub(max_output_tokens.min(most))
}

/// A number of tokens to be spent.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    left: u32,
}

impl Budget {
    /// This many tokens.
    #[must_use]
    pub fn new(tokens: u32) -> Self {
        Self { left: tokens }
    }

    /// What is left.
    #[must_use]
    pub fn left(self) -> u32 {
        self.left
    }

    /// Spends what this text costs; spends nothing and says no when it does not fit.
    pub fn spend(&mut self, text: &str) -> bool {
        self.take(tokens(text).saturating_add(MESSAGE_OVERHEAD))
    }

    /// Spends this many tokens; spends nothing and says no when there are not enough.
    pub fn take(&mut self, tokens: u32) -> bool {
        let enough = tokens <= self.left;
        if enough {
            self.left -= tokens;
        }
        enough
    }

    /// Spends this many tokens, or all there are.
    pub fn drain(&mut self, tokens: u32) {
        self.left = self.left.saturating_sub(tokens);
    }

    /// The same, limited to this many tokens.
    #[must_use]
    pub fn at_most(self, tokens: u32) -> Self {
        Self::new(self.left.min(tokens))
    }

    /// A share of what is left, in percent, as a budget of its own. Spend from this one what was used of it.
    #[must_use]
    pub fn share(self, percent: u32) -> Self {
        Self::new(u32::try_from(u64::from(self.left) * u64::from(percent) / 100).unwrap_or(self.left))
    }
}

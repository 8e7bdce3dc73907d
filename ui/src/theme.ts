/** The look: one accent, neutral greys, Inter at 13 px, a 4 px grid. Colours of canvas parts are in `theme.css`. */
import {
  ActionIcon,
  Button,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  Menu,
  Modal,
  Popover,
  Tooltip,
} from "@mantine/core";

const iris: MantineColorsTuple = [
  "#eef2ff",
  "#dfe6ff",
  "#bccaff",
  "#95abfd",
  "#7390fa",
  "#5a7cf7",
  "#3f63f0",
  "#3352d9",
  "#2945b8",
  "#1f3794",
];

const gray: MantineColorsTuple = [
  "#f9f9fb",
  "#f3f3f6",
  "#e9e9ee",
  "#dcdce3",
  "#c4c4ce",
  "#9a9aa8",
  "#6b6b7a",
  "#4b4b58",
  "#32323c",
  "#1c1c23",
];

const dark: MantineColorsTuple = [
  "#e6e6eb",
  "#c5c5cf",
  "#9c9caa",
  "#70707f",
  "#43434f",
  "#30303a",
  "#24242c",
  "#18181e",
  "#131318",
  "#0e0e12",
];

/** Mantine's theme. */
export const theme = createTheme({
  primaryColor: "iris",
  primaryShade: { light: 6, dark: 6 },
  colors: { iris, gray, dark },
  black: "#1c1c23",
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  lineHeights: { xs: "1.35", sm: "1.45", md: "1.5", lg: "1.5", xl: "1.4" },
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "20px", xl: "32px" },
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "16px" },
  defaultRadius: "sm",
  headings: { fontWeight: "600", sizes: { h1: { fontSize: "20px", lineHeight: "1.4" }, h2: { fontSize: "16px" } } },
  respectReducedMotion: true,
  cursorType: "default",
  defaultGradient: { from: "#2f6df6", to: "#5b35d5", deg: 135 },
  shadows: {
    xs: "0 1px 2px rgb(0 0 0 / 6%)",
    sm: "0 2px 6px rgb(0 0 0 / 8%)",
    md: "0 4px 16px rgb(0 0 0 / 10%)",
    lg: "0 8px 28px rgb(0 0 0 / 14%)",
    xl: "0 16px 48px rgb(0 0 0 / 18%)",
  },
  components: {
    Button: Button.extend({ defaultProps: { size: "xs" } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: "subtle", color: "gray", size: 28 } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, withArrow: false, fz: 12, px: 8, py: 4 } }),
    Menu: Menu.extend({ defaultProps: { shadow: "md", transitionProps: { duration: 80 } } }),
    Popover: Popover.extend({ defaultProps: { shadow: "md", transitionProps: { duration: 80 } } }),
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.35 },
        transitionProps: { duration: 100 },
        closeButtonProps: { "aria-label": "Close" },
      },
    }),
  },
});

/** Colours that Mantine's own components read, where its defaults have too little contrast for small text. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#ffffff",
    "--mantine-color-dimmed": "#666674",
    "--mantine-color-placeholder": "#70707e",
    "--mantine-color-default-border": "#dcdce3",
    "--mantine-color-error": "#c42b2b",
  },
  dark: {
    "--mantine-color-body": "#18181e",
    "--mantine-color-text": "#e6e6eb",
    "--mantine-color-dimmed": "#9c9caa",
    "--mantine-color-placeholder": "#8c8c9a",
    "--mantine-color-default": "#1e1e25",
    "--mantine-color-default-hover": "#27272f",
    "--mantine-color-default-border": "#34343f",
    "--mantine-color-anchor": "#95abfd",
    "--mantine-color-error": "#ff7d7d",
  },
});

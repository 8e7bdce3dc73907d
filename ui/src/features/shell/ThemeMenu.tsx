/** Light, dark, or as the system has it. */
import { Menu } from "@mantine/core";
import { IconCheck, IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";
import type { Theme } from "../../bindings/Theme";
import { IconAction } from "../../components/IconAction";
import { useTheme } from "../../state/theme";

const THEMES: { theme: Theme; label: string; Icon: typeof IconSun }[] = [
  { theme: "system", label: "System", Icon: IconDeviceDesktop },
  { theme: "light", label: "Light", Icon: IconSun },
  { theme: "dark", label: "Dark", Icon: IconMoon },
];

/** The menu with its button. */
export function ThemeMenu() {
  const chosen = useTheme((state) => state.theme);
  const setTheme = useTheme((state) => state.setTheme);
  const Current = THEMES.find(({ theme }) => theme === chosen)?.Icon ?? IconDeviceDesktop;
  return (
    <Menu position="bottom-end" width={150}>
      <Menu.Target>
        <IconAction label="Theme">
          <Current size={17} />
        </IconAction>
      </Menu.Target>
      <Menu.Dropdown>
        {THEMES.map(({ theme, label, Icon }) => (
          <Menu.Item
            key={theme}
            leftSection={<Icon size={15} />}
            rightSection={theme === chosen ? <IconCheck size={14} /> : null}
            onClick={() => void setTheme(theme)}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

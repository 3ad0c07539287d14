package dev.octet.engine.torch.export;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Paths of tensors in a tree of modules, such as {@code layer1.0.conv1.weight}, each once.
 *
 * <p>No path leads through a tensor, and no part is called as a member of {@code torch.nn.Module} is: neither could be attached.
 */
final class ModulePaths {

    private static final int LONGEST = 200;

    private static final Set<String> MEMBERS =
            Set.of(("T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double"
                            + " dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule"
                            + " half ipu load_state_dict modules mtia named_buffers named_children named_modules named_parameters"
                            + " parameters register_backward_hook register_buffer register_forward_hook register_forward_pre_hook"
                            + " register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook"
                            + " register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook"
                            + " register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict"
                            + " to to_empty train training type xpu zero_grad graph code print_readable meta recompile")
                    .split(" "));

    private final Set<String> taken = new HashSet<>();
    private final Set<String> folders = new HashSet<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    /** A path like {@code wish} that no tensor has. */
    String fresh(String wish) {
        String plain = plain(wish);
        String path = plain;
        while (!isFree(path)) {
            path = plain + "_" + numbers.merge(plain, 1, Integer::sum);
        }
        taken.add(path);
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
            folders.add(path.substring(0, dot));
        }
        return path;
    }

    private static String plain(String wish) {
        String cut = wish.length() > LONGEST ? wish.substring(wish.length() - LONGEST) : wish;
        StringBuilder path = new StringBuilder();
        for (String part : cut.split("[./]", -1)) {
            String plain = part.replaceAll("[^A-Za-z0-9_]", "_");
            if (plain.isEmpty()) {
                continue;
            }
            path.append(path.isEmpty() ? "" : ".");
            path.append(plain.startsWith("_") ? "v" : "").append(plain).append(MEMBERS.contains(plain) ? "_" : "");
        }
        return path.isEmpty() ? "tensor" : path.toString();
    }

    private boolean isFree(String path) {
        if (taken.contains(path) || folders.contains(path)) {
            return false;
        }
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
            if (taken.contains(path.substring(0, dot))) {
                return false;
            }
        }
        return true;
    }
}

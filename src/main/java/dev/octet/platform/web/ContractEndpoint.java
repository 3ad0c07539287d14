package dev.octet.platform.web;

import dev.octet.platform.InRole;
import dev.octet.platform.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.json.JsonMapper;

/** The contract as JSON, from which the pages take their options and texts; as it was written it is served as a file. */
@RestController
@InRole(Role.WEB)
class ContractEndpoint {
    private static final ClassPathResource CONTRACT = new ClassPathResource("static/openapi.yaml");

    private volatile byte @Nullable [] made;

    @GetMapping("/openapi.json")
    ResponseEntity<byte[]> contract() {
        byte[] json = made;
        if (json == null) {
            json = make();
            made = json;
        }
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(json);
    }

    private static byte[] make() {
        try (InputStream yaml = CONTRACT.getInputStream()) {
            Object tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
            return JsonMapper.shared().writeValueAsBytes(tree);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

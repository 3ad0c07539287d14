package dev.octet.platform.web;

import dev.octet.platform.OctetProperties;
import java.lang.reflect.Method;
import java.util.Set;
import org.apache.catalina.core.StandardHost;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.http.converter.autoconfigure.ServerHttpMessageConvertersCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.webmvc.autoconfigure.WebMvcRegistrations;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.json.JsonMapper;

/** Wires HTTP: converters, mappings, the page of the contract. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration implements WebMvcConfigurer {
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    ServerHttpMessageConvertersCustomizer bodies(OctetProperties properties, JsonMapper mapper) {
        return converters -> converters
                .addCustomConverter(
                        new StreamedBodyConverter(properties.maxUploadSize().toBytes()))
                .withJsonConverter(new JsonBodyConverter(mapper));
    }

    @Bean
    WebMvcRegistrations mappings() {
        return new WebMvcRegistrations() {
            @Override
            public RequestMappingHandlerMapping getRequestMappingHandlerMapping() {
                return new WithoutProblems();
            }
        };
    }

    /** What Tomcat refuses before any of our code sees it is a problem too, not a page. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemsOfTomcat() {
        return factory -> factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(ProblemValve.class.getName());
            }
        });
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new QueryRules()).addPathPatterns("/v1/**");
    }

    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        registry.addRedirectViewController("/swagger-ui", "/swagger-ui/index.html");
        registry.addRedirectViewController("/swagger-ui/", "/swagger-ui/index.html");
    }

    /** The files of the demo, which the pages offer to those who have none of their own yet. */
    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/example/*").addResourceLocations("classpath:/demo/");
    }

    /**
     * Mappings of which problems are no part.
     *
     * <p>The generated interfaces list {@code application/problem+json} among what an operation produces. Left there, a client that
     * accepts only JSON could not delete, and one that accepts only problems would get a job as one. Where an answer is no JSON it stays:
     * generated clients of Python ask for the one JSON type that an operation lists, and would otherwise get no file.
     */
    private static final class WithoutProblems extends RequestMappingHandlerMapping {
        @Override
        protected @Nullable RequestMappingInfo getMappingForMethod(Method method, Class<?> handlerType) {
            RequestMappingInfo info = super.getMappingForMethod(method, handlerType);
            if (info == null) {
                return null;
            }
            Set<MediaType> produced = info.getProducesCondition().getProducibleMediaTypes();
            boolean file = produced.stream().noneMatch(type -> type.getSubtype().endsWith("json") && !isProblem(type))
                    && produced.size() > 1;
            String[] kept = produced.stream()
                    .filter(type -> file || !isProblem(type))
                    .map(MediaType::toString)
                    .toArray(String[]::new);
            return info.mutate()
                    .options(getBuilderConfiguration())
                    .produces(kept)
                    .build();
        }

        private static boolean isProblem(MediaType type) {
            return type.equals(MediaType.APPLICATION_PROBLEM_JSON);
        }
    }
}

package example;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Spring Boot's own verification of tokens, as it is when nothing but the scopes is configured in code. */
@SpringBootApplication
@EnableMethodSecurity
@RestController
public class Orders {
  public static void main(String[] args) {
    SpringApplication.run(Orders.class, args);
  }

  @GetMapping("/orders")
  @PreAuthorize("hasAuthority('SCOPE_orders:read')")
  String read() {
    return "read";
  }

  @PostMapping("/orders")
  @PreAuthorize("hasAuthority('SCOPE_orders:write')")
  String write() {
    return "written";
  }
}

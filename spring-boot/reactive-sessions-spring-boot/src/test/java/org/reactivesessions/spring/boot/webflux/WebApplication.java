package org.reactivesessions.spring.boot.webflux;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The service. */
@SpringBootApplication
class WebApplication {}

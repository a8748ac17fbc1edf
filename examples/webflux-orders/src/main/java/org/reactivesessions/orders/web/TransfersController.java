package org.reactivesessions.orders.web;

import org.reactivesessions.orders.ledger.Ledger;
import org.reactivesessions.orders.ledger.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Transfers. A client that leaves before it is answered finds its transfer done as a whole, or not at all. */
@RestController
class TransfersController {

    private final Ledger ledger;

    TransfersController(Ledger ledger) {
        this.ledger = ledger;
    }

    @PostMapping(path = "/transfers", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    Mono<Order> transfer(@RequestBody TransferRequest request) {
        return ledger.transfer(request.transfer());
    }
}
